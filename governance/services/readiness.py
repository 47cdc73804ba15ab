"""Readiness rows against their definition: comparing, rebuilding, and changing what the definition asks for."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone

from governance.exceptions import PolicyRefused
from governance.models import ReadinessCheck, ReadinessPolicy
from governance.queries.readiness import drift
from governance.services import attribution, chores

# the hour of the night, in UTC, from which on a new check is due
NIGHT = 2
# how long a comparison of a million companies may take
LONGEST = "10min"


@transaction.atomic
def rebuild() -> int:
    """Make every readiness row equal to its definition and note that it is; returns how many differed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.rebuild_readiness()")
        differed = int(cursor.fetchone()[0])
    check()
    return differed


def check() -> ReadinessCheck:
    """Compare every readiness row with its definition and keep the result; an alarm stands while the latest one names a difference."""
    differing, first = drift.drift()
    return ReadinessCheck.objects.create(differing=differing, first=first)


def check_nightly() -> bool:
    """Check once a night; a night that nobody was there for is made up for later. Returns whether it was due."""
    due = last_night(timezone.now())
    if ReadinessCheck.objects.filter(at__gte=due).exists():
        return False
    chores.alone(check, longest=LONGEST)
    return True


@transaction.atomic
def require(slots: int, *, by: AbstractBaseUser, reason: str) -> ReadinessPolicy:
    """Let People be done with so many filled slots from now on: every company is counted anew in the same statement.

    Raises PolicyRefused where that holds already.
    """
    if slots == drift.required_slots():
        raise PolicyRefused(f"{slots} filled slots are asked for already.")
    attribution.attribute(by=by, reason=reason, channel="browser")
    policy = ReadinessPolicy(required_slots=slots, reason=reason)
    policy.full_clean()
    policy.save(force_insert=True)
    return policy


def last_night(now: datetime) -> datetime:
    """Return when the latest nightly check was due."""
    tonight = now.astimezone(UTC).replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)
