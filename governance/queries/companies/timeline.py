"""Everything that ever happened to a company, newest first, a page at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from governance.models import Event, TierTransition
from governance.queries import people
from governance.queries.companies import moments
from governance.queries.companies.moments import Moment
from outreach_admin.exceptions import BadRequest

MOST = 50
# a change of tier stands after the event that brought it
EVENTS, TRANSITIONS = 0, 1
FORM = "%Y%m%dT%H%M%S.%f"
LARGEST = 2**63 - 1


class Mark(NamedTuple):
    """The place of a moment: its time, its source and its number there."""

    at: datetime
    source: int
    number: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):{FORM}}-{self.source}-{self.number}"


@dataclass(frozen=True)
class Stretch:
    """Some moments, newest first.

    `after` marks the place where older ones begin, `before` where newer ones do; empty where there are none.
    """

    moments: list[Moment]
    after: str = ""
    before: str = ""


def read_mark(text: str) -> Mark:
    """Read a mark from an address. Raises BadRequest where it is none."""
    try:
        at, source, number = text.split("-")
        mark = Mark(
            datetime.strptime(at, FORM).replace(tzinfo=UTC),
            (EVENTS, TRANSITIONS)[int(source)],
            int(number),
        )
    except (ValueError, IndexError):
        mark = None
    if mark is None or not 0 <= mark.number <= LARGEST:
        raise BadRequest(
            "This page address does not fit the timeline: its place marker is broken.",
            what_to_do="Go back to the newest entries.",
        )
    return mark


def of_company(
    outreach_id: UUID,
    *,
    after: Mark | None = None,
    most: int = MOST,
) -> Stretch:
    """Tell what happened to a company before a mark, or last. Three queries, two index reads of `most` rows."""
    read = [
        _read(Event.objects.annotate(**moments.codes()), EVENTS, outreach_id, after, most),
        _read(TierTransition.objects.all(), TRANSITIONS, outreach_id, after, most),
    ]
    found = sorted((pair for pairs in read for pair in pairs), key=_place, reverse=True)
    kept = found[:most]
    more = str(kept[-1][0]) if len(found) > most else ""
    newer = str(kept[0][0]) if after and kept else ""
    return Stretch(_told([row for _, row in kept]), more, newer)


def until(outreach_id: UUID, mark: Mark, *, most: int = MOST) -> Stretch:
    """Tell the moments just after a mark in time, newest first; the newest ones where fewer than `most` are left."""
    read = [
        _read_up(Event.objects.annotate(**moments.codes()), EVENTS, outreach_id, mark, most),
        _read_up(TierTransition.objects.all(), TRANSITIONS, outreach_id, mark, most),
    ]
    found = sorted((pair for pairs in read for pair in pairs), key=_place)
    if len(found) <= most:
        return of_company(outreach_id, most=most)
    kept = found[:most][::-1]
    return Stretch(
        _told([row for _, row in kept]),
        after=str(kept[-1][0]),
        before=str(kept[0][0]),
    )


def _read_up(
    rows: QuerySet[Any],
    source: int,
    outreach_id: UUID,
    mark: Mark,
    most: int,
) -> list[tuple[Mark, Any]]:
    """Read the rows nearest above a mark, one more than asked for."""
    found = rows.filter(outreach_id=outreach_id).order_by("at", "id")
    above = _beyond(found, source, mark)
    return [(Mark(row.at, source, row.pk), row) for row in above[: most + 1]]


def _beyond(rows: QuerySet[Any], source: int, mark: Mark) -> QuerySet[Any]:
    if source > mark.source:
        return rows.filter(at__gte=mark.at)
    if source < mark.source:
        return rows.filter(at__gt=mark.at)
    place = Tuple(F("at"), F("id"))
    return rows.filter(TupleGreaterThan(place, (mark.at, mark.number)))


def _read(
    rows: QuerySet[Any],
    source: int,
    outreach_id: UUID,
    after: Mark | None,
    most: int,
) -> list[tuple[Mark, Any]]:
    """Read one more row than asked for, so that it shows whether there are older ones."""
    found = rows.filter(outreach_id=outreach_id).order_by("-at", "-id")
    if after:
        found = _before(found, source, after)
    return [(Mark(row.at, source, row.pk), row) for row in found[: most + 1]]


def _before(rows: QuerySet[Any], source: int, mark: Mark) -> QuerySet[Any]:
    if source < mark.source:
        return rows.filter(at__lte=mark.at)
    if source > mark.source:
        return rows.filter(at__lt=mark.at)
    place = Tuple(F("at"), F("id"))
    return rows.filter(TupleLessThan(place, (mark.at, mark.number)))


def _place(pair: tuple[Mark, Any]) -> Mark:
    return pair[0]


def _told(rows: list[Any]) -> list[Moment]:
    names = people.names(row.actor for row in rows)
    return [
        moments.of_event(row, names)
        if isinstance(row, Event)
        else moments.of_transition(row, names)
        for row in rows
    ]
