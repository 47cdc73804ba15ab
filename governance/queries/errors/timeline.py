"""Everything that happened to one error: its events, and the plans that named it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from governance.models import Event
from governance.queries import people
from governance.verbs import registry
from governance.verbs.registry import VERBS
from outreach_admin.db import jsonfields

MOST_EVENTS = 200
MOST_OPERATIONS = 1000
LONGEST_VALUE = 80
UNREAD = "the row as it was is nested too deep to be compared"
# what says nothing to a reader of changes
KEPT_OUT = {"version", "updated_at", "message_key", "sovereign_id"}

WORDS = {
    "CREATE": "Created",
    "PARK": "Parked",
    "UNPARK": "Taken out of parking",
    "RETRY": "Queued for a further try",
    "RESOLVE": "Resolved",
    "ARCHIVE": "Archived",
    "RESTORE": "Restored from the archive",
    "IGNORE": "Ignored",
    "ESCALATE": "Escalated",
    "ASSIGN": "Assigned",
    "SET_TTL": "Time to live changed",
    "HOLD": "Put under legal hold",
    "LIFT_HOLD": "Legal hold lifted",
    "REOPEN": "Taken up again",
    "violation.recorded": "Recorded",
    "UNDO": "Put back",
    "IMPORT": "Imported",
    "UPDATE": "Changed",
    "DELETE": "Deleted",
    "PURGE": "Deleted at the end of its retention",
    "approval.requested": "Asked for",
    "approval.approved": "Approved",
    "approval.rejected": "Rejected",
    "approval.withdrawn": "Taken back",
    "approval.expired": "Expired",
    "approval.voided": "Void",
    "approval.fell_back": "Waiting for a vote again",
    "approval.spent": "Spent on the call",
}
PLANS = {
    "planned": "planned",
    "skipped": "left alone",
    "failed": "failed",
    "cancelled": "cancelled",
}


@dataclass(frozen=True)
class ErrorMoment:
    """One thing that happened; `kind` is the action, or the outcome in a plan that changed nothing.

    `facts` are short sentences, `operation` is the number of its operation, `account` whose name
    `actor` is.
    """

    at: datetime
    kind: str
    words: str
    actor: str = ""
    operation: int | None = None
    facts: tuple[str, ...] = ()
    account: str = ""


def of_error(error_id: UUID) -> list[ErrorMoment]:
    """Tell the story of an error, newest first: its last 200 events, and the operations that named it without changing it."""
    return _told(Event.objects.filter(subject_id=error_id), _plans(str(error_id)))


def of_key(subject: str, kind: str, key: str) -> list[ErrorMoment]:
    """Tell the same story of a row whose key is no uuid: `subject` is its name, `kind` what its events call it."""
    events = Event.objects.filter(subject_type=kind, subject_key=key)
    verbs = {verb.name for verb in VERBS.values() if verb.subject == subject}
    # rows of other subjects may have the same number
    return _told(events, [plan for plan in _plans(key) if plan["verb"] in verbs])


def _told(happened: QuerySet[Event], plans: list[dict[str, Any]]) -> list[ErrorMoment]:
    events = list(happened.order_by("-id")[:MOST_EVENTS])
    names = people.names(
        [*(event.actor for event in events), *(plan["requester"] for plan in plans)]
    )
    moments = [*_events(events, names), *(_plan(plan, names) for plan in plans)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _events(events: Iterable[Event], names: dict[str, str]) -> Iterator[ErrorMoment]:
    """Give a moment per event; what plain SQL did in one transaction is one moment."""
    for (outside, _), together in groupby(
        events, key=lambda event: (event.is_outside, event.txid if event.is_outside else event.pk)
    ):
        parts = list(together)
        yield _outside(parts) if outside else _inside(parts[0], names)


def _inside(event: Event, names: dict[str, str]) -> ErrorMoment:
    facts = [passage(event), f"reason {event.reason}" if event.reason else "", consequence(event)]
    return ErrorMoment(
        event.at,
        event.action,
        words_of(event.action),
        names.get(event.actor or "", event.actor or ""),
        event.operation_id,
        tuple(filter(None, facts)),
        event.actor or "",
    )


def words_of(action: str) -> str:
    """Write what an action did, as the start of a sentence."""
    return WORDS.get(action) or registry.words_of(action).capitalize()


def passage(event: Event) -> str:
    """Write from which state to which an event led; empty where it kept it."""
    if event.from_state and event.to_state and event.from_state != event.to_state:
        return f"{event.from_state} → {event.to_state}"
    return f"as {event.to_state}" if event.to_state and not event.from_state else ""


def consequence(event: Event) -> str:
    """Say what an action on an error brought: the next try, the level, the new owner."""
    if event.action == "RETRY":
        return f"try {event.retry_count}" + (
            f", not before {event.next_retry_at:%Y-%m-%d %H:%M} UTC" if event.next_retry_at else ""
        )
    if event.action == "ESCALATE":
        return f"level {event.escalation_level}"
    return {"ASSIGN": f"to {event.owner}", "SET_TTL": f"to {event.ttl_tier}"}.get(event.action, "")


def _outside(events: list[Event]) -> ErrorMoment:
    """Tell what one outside transaction did, its changes oldest first."""
    newest = events[0]
    words = words_of(newest.action)
    facts = [
        fact
        for event in reversed(events)
        for fact in (passage(event), *differences(event.before, event.after))
        if fact
    ]
    kind = "" if newest.action == "CREATE" else ", outside change"
    return ErrorMoment(
        newest.at,
        newest.action,
        f"{words} by {newest.db_user}{kind}",
        facts=(*facts, f"transaction {newest.txid}"),
    )


def differences(before: Any, after: Any) -> Iterator[str]:
    """Write each field that differs between two rows, never the sovereign id."""
    if jsonfields.Unread in (type(before), type(after)):
        yield UNREAD
    was, now = jsonfields.fields(before), jsonfields.fields(after)
    if was:
        for name in sorted(now.keys() - KEPT_OUT - {"disposition"}):
            if was.get(name) != now[name]:
                yield f"{name}: {_short(was.get(name))} → {_short(now[name])}"


def _short(value: Any) -> str:
    text = "none" if value is None else _text(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _text(value: Any) -> str:
    has_parts = isinstance(value, dict | list)
    return jsonfields.write(value, ensure_ascii=False) if has_parts else str(value)


def _plans(key: str) -> list[dict[str, Any]]:
    """Read the newest operations that named a row and did not apply: by key, since items have no index of their own by subject."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT o.id, o.kind, o.verb, o.state, o.created_at, u.username, i.outcome, i.reason
            FROM (SELECT * FROM governance_operation ORDER BY created_at DESC, id DESC LIMIT %s) o
            JOIN auth_user u ON u.id = o.requester_id
            CROSS JOIN LATERAL (
                SELECT outcome, reason FROM governance_operationitem
                WHERE plan_key = o.plan_key AND subject_id = %s AND outcome <> 'applied' OFFSET 0) i""",
            [MOST_OPERATIONS, key],
        )
        names = ("operation", "kind", "verb", "state", "at", "requester", "outcome", "reason")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _plan(plan: dict[str, Any], names: dict[str, str]) -> ErrorMoment:
    verb = VERBS[plan["verb"]].label.lower() if plan["verb"] in VERBS else plan["verb"]
    wanted = f"{'Undo of ' if plan['kind'] == 'undo' else ''}{verb}"
    facts = [
        plan["reason"] or "",
        f"operation {plan['state']}" if plan["outcome"] == "planned" else "",
    ]
    words = f"{wanted[:1].upper()}{wanted[1:]} {PLANS[plan['outcome']]}"
    return ErrorMoment(
        plan["at"],
        plan["outcome"],
        words,
        names.get(plan["requester"], plan["requester"]),
        plan["operation"],
        tuple(filter(None, facts)),
        plan["requester"],
    )
