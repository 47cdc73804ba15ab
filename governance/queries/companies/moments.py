"""What happened to a company, in words: its events and the changes of its tier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from governance.models import ArchivedError, Event, HubError, Reason, TierTransition
from governance.queries.errors import timeline
from outreach_admin.db import jsonfields

SUBJECTS = {
    "outreach.outreach": "Spine",
    "company.company_master": "Company record",
    "outreach.company_target": "Company target",
    "outreach.dol": "Filing",
    "outreach.blog": "Page",
    "outreach.bit_scores": "BIT score",
    "outreach.people": "Person",
    "people.company_slot": "Slot",
    "approval": "Request for a call",
}
# which of several rows of one table it was, by the column that tells
TOLD_BY = ("slot_type", "email", "ein")
FIELDS = {
    "execution_status": "status",
    "imo_completed_at": "completed",
    "is_filled": "filled",
    "person_unique_id": "person",
    "outreach_id": "outreach id",
}
LIVE, ARCHIVED = "live", "archived"
# full names by account
Names = Mapping[str, str]
# the kind of a moment that is no event
TIER = "TIER"
# who a change is by where no account is named
OUTSIDE = "outside change"


@dataclass(frozen=True)
class Moment:
    """One thing that happened: to `what`, named `name`; `kind` is the action, TIER for a change of tier.

    `error` is the id of the error it is about, `place` where that is now: live, archived, or empty.
    """

    at: datetime
    kind: str
    what: str
    words: str
    name: str = ""
    error: UUID | None = None
    place: str = ""
    actor: str = ""
    account: str = ""
    operation: int | None = None
    facts: tuple[str, ...] = ()


def codes() -> dict[str, Subquery]:
    """Return what finds the code of the error that an event is about, by where it is now."""
    models = {LIVE: HubError, ARCHIVED: ArchivedError}
    return {
        f"{place}_code": Subquery(
            model._default_manager.filter(pk=OuterRef("subject_id")).values("code")
        )
        for place, model in models.items()
    }


def of_event(event: Any, names: Names) -> Moment:
    """Tell one event, which codes() found the code of."""
    is_hub_row = event.subject_type in SUBJECTS
    place = "" if is_hub_row else _place_of(event)
    return Moment(
        event.at,
        event.action,
        SUBJECTS.get(event.subject_type, "Error"),
        timeline.words_of(event.action).lower(),
        _row_name(event) if is_hub_row else _code(event),
        error=event.subject_id if place else None,
        place=place,
        actor=_actor(event, names),
        account=event.actor or "",
        operation=event.operation_id,
        facts=tuple(_facts(event)),
    )


def of_transition(one: TierTransition, names: Names) -> Moment:
    """Tell one change of tier, of what lacks, or of promotion."""
    return Moment(
        one.at,
        TIER,
        "Tier" if one.from_tier != one.to_tier else "Standing",
        _tiers(one),
        actor=names.get(one.actor or "", one.actor or ""),
        account=one.actor or "",
        operation=one.operation_id,
        facts=tuple(_changes(one)),
    )


def _place_of(event: Any) -> str:
    if event.live_code:
        return LIVE
    return ARCHIVED if event.archived_code else ""


def _code(event: Any) -> str:
    """Return the code of an error; of one that is deleted, as the event keeps it."""
    return event.live_code or event.archived_code or _kept(event, "code")


def _actor(event: Event, names: Names) -> str:
    if event.is_outside:
        return f"{event.db_user}, {OUTSIDE}"
    return names.get(event.actor or "", event.actor or "")


def _facts(event: Event) -> Iterator[str]:
    """List what an event says: what differs, or from where to where, then why."""
    differing = [_in_words(said) for said in timeline.differences(event.before, event.after)]
    passage = timeline.passage(event)
    if passage and not (differing and event.subject_type in SUBJECTS):
        yield passage
    yield from differing
    if event.reason:
        yield f"reason {event.reason}"
    said = timeline.consequence(event)
    if said:
        yield said


def _in_words(said: str) -> str:
    name, colon, rest = said.partition(":")
    return f"{FIELDS.get(name, name.replace('_', ' '))}{colon}{rest}"


def _row_name(event: Event) -> str:
    return next(filter(None, (_kept(event, column) for column in TOLD_BY)), "")


def _kept(event: Event, column: str) -> str:
    """Return a column of the row as the event keeps it, empty where it keeps none."""
    rows: list[Any] = [event.after, event.before]
    values = (jsonfields.fields(row).get(column) for row in rows)
    return str(next(filter(None, values), ""))


def _tiers(one: TierTransition) -> str:
    if one.from_tier is None:
        return f"begins as {one.to_tier}"
    if one.to_tier is None:
        return f"ends as {one.from_tier}"
    if one.from_tier == one.to_tier:
        return f"changed within {one.to_tier}"
    return f"{one.from_tier} → {one.to_tier}"


def _changes(one: TierTransition) -> Iterator[str]:
    if one.from_reason != one.to_reason:
        was, now = _reason(one.from_reason), _reason(one.to_reason)
        yield f"lacks: {was} → {now}" if one.from_tier else f"lacks: {now}"
    if one.was_promotable and not one.is_promotable:
        yield "may no longer be promoted to Outreach"
    if one.is_promotable and not one.was_promotable:
        yield "may be promoted to Outreach"


def _reason(reason: str | None) -> str:
    if not reason:
        return "nothing"
    return Reason(reason).label if reason in Reason.values else reason
