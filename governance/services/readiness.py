"""Readiness rows against their definition: comparing, rebuilding, and changing what the definition asks for."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from governance.exceptions import PolicyRefused
from governance.models import ReadinessCheck, ReadinessPolicy
from governance.queries.readiness import drift
from governance.services import attribution, chores

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


def check_alone() -> ReadinessCheck:
    """Check in a transaction of its own that waits for nobody's lock, as the job of the night does."""
    found: ReadinessCheck = chores.alone(check, longest=LONGEST)
    return found


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
