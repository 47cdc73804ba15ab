"""The errors that each governance job takes, as the database selects them (sql/functions/jobs.sql)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.expressions import RawSQL

from governance.models import ArchivedError, Disposition, HubError

Selection = Callable[[datetime], models.QuerySet[Any]]
EXPIRED = "SELECT s.id FROM governance.expired_errors(%s) s"
EXHAUSTED = "SELECT s.id FROM governance.exhausted_errors(%s) s WHERE s.becomes = %s"
STALE = "SELECT s.id FROM governance.stale_parked_errors(%s) s"
# held rows are listed as refused beside those that go, and make no operation by themselves
PAST = """SELECT p.id FROM governance.past_retention(%s) p
    WHERE p.is_agreed AND EXISTS (SELECT FROM governance.purgeable(%s))"""


def expired(at: datetime) -> models.QuerySet[HubError]:
    """Errors whose TTL has run out, and that their table lets go."""
    return _selected(EXPIRED, at)


def exhausted(at: datetime) -> models.QuerySet[HubError]:
    """Errors that have used up their tries, where they can be parked."""
    return _selected(EXHAUSTED, at, Disposition.PARKED.value)


def superseded(at: datetime) -> models.QuerySet[HubError]:
    """Errors that have used up their tries, where their table knows no parking."""
    return _selected(EXHAUSTED, at, Disposition.ARCHIVED.value)


def stale(at: datetime) -> models.QuerySet[HubError]:
    """Parked errors for which a higher level is due."""
    return _selected(STALE, at)


def of_codes(*codes: str, to: str) -> Selection:
    """Select errors of these codes that are to get another TTL, where nobody chose one: it is still their table's."""

    def found(at: datetime) -> models.QuerySet[HubError]:
        unchosen = HubError.objects.filter(code__in=codes, ttl_tier=F("error_table__ttl_tier"))
        return unchosen.exclude(ttl_tier=to)

    return found


def resolved(at: datetime) -> models.QuerySet[HubError]:
    """Errors in retry that say when they were resolved."""
    return HubError.objects.filter(
        disposition=Disposition.RETRY, resolved_at__isnull=False, resolved_at__lte=at
    )


def past_retention(at: datetime) -> models.QuerySet[ArchivedError]:
    """Select archived errors whose retention has ended, of tables whose deletion is agreed to; none where each is held."""
    moment = in_milliseconds(at)
    keys = RawSQL(PAST, (moment, moment))  # noqa: S611 - our own text, the moment as parameter
    return ArchivedError.objects.filter(pk__in=keys)


def in_milliseconds(at: datetime) -> datetime:
    """Return a moment as parameters of an operation keep it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _selected(statement: str, *given: object) -> models.QuerySet[HubError]:
    return HubError.objects.filter(pk__in=RawSQL(statement, given))  # noqa: S611 - our own text, values as parameters
