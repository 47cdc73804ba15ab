"""What the page of one workflow tells: its latest runs, its coverage, what was saved, what happened to its entry."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from enrichment.models import Run, Workflow
from enrichment.queries import coverage
from governance.models import Event, Operation
from governance.queries import people
from governance.queries.errors.timeline import differences, words_of
from governance.queries.operations import undo_groups
from outreach_admin.db import jsonfields

KIND = "enrichment.workflow"
MOST_EVENTS = 30
SHOWN_RUNS = 5
DAYS = 30
# what follows from other columns
DERIVED = frozenset({"filled", "is_complete", "placed", "coalesces_to_core"})
# columns that hold lists as JSON, and what people call these
LISTS = {"all_tables": "tables", "other_names": "other names"}
EDIT = "EDIT_ENTRY"
WORDS = {
    "CREATE": "Created",
    "REGISTER": "Registered",
    EDIT: "Edited",
}


@dataclass(frozen=True)
class Moment:
    """One change of an entry; `undoable` is the operation that can be taken back, where one can.

    `former_name` is what the entry was called before: its name again, once this is taken back.
    """

    at: datetime
    kind: str
    words: str
    actor: str
    account: str
    operation: int | None
    facts: tuple[str, ...]
    undoable: Operation | None = None
    former_name: str = ""


@dataclass(frozen=True)
class Needless:
    """Requests of 30 days that a fresh run made needless, and the credits that they did not cost."""

    requests: int
    credits: Decimal


def latest_runs(workflow: Workflow) -> list[Run]:
    """Return the newest runs. One query."""
    runs = Run.objects.filter(workflow=workflow).select_related("workflow", "by")
    return list(runs.order_by("-ran_at", "-id")[:SHOWN_RUNS])


def buckets(workflow: Workflow) -> coverage.Line | None:
    """Return how many entities it has in each state; None while nobody has said what it enriches."""
    if not workflow.key_type:
        return None
    whole = coverage.entities().get(workflow.key_type, 0)
    counted = coverage.states(workflow.key_type, [workflow.workflow_name])
    return coverage.line(workflow, counted[workflow.workflow_name], whole)


def needless(workflow: Workflow, *, at: datetime) -> Needless:
    """Sum what needless requests of the last 30 days saved. One query, by an index of such runs."""
    rows = Run.objects.filter(
        workflow=workflow,
        refused_for__isnull=False,
        ran_at__gte=at - timedelta(days=DAYS),
    )
    found = rows.order_by().aggregate(requests=Count("pk"), credits=Sum("credits_saved"))
    return Needless(found["requests"], found["credits"] or Decimal(0))


def story(workflow: Workflow) -> list[Moment]:
    """Tell what happened to an entry, the newest first: its last 30 changes. Five queries."""
    of_entry = Event.objects.filter(subject_type=KIND, subject_key=str(workflow.pk))
    # before an edit, lists are written down as they are: nothing happened
    shown = of_entry.exclude(action=EDIT, operation_id=None, reason="")
    events = list(shown.order_by("-id")[:MOST_EVENTS])
    names = people.names(event.actor for event in events)
    undoable = _undoable(workflow, events)
    return [_moment(event, names, undoable) for event in events]


def _undoable(workflow: Workflow, events: Iterable[Event]) -> dict[int, Operation]:
    """Return the operations of one row that nobody has taken back, and after which nothing changed."""
    keys = {event.operation_id for event in events if event.operation_id}
    found = Operation.objects.filter(
        ~Q(kind=Operation.Kind.UNDO),
        pk__in=keys,
        planned=1,
        items__subject_id=str(workflow.pk),
        items__version=workflow.version - 1,
    )
    return {
        one.pk: one
        for one in found.prefetch_related("undos")
        if undo_groups.is_offered(one, one.undos.all())
    }


def _moment(
    event: Event,
    names: Mapping[str, str],
    undoable: Mapping[int, Operation],
) -> Moment:
    said = WORDS.get(event.action) or words_of(event.action)
    outside = f" by {event.db_user}, outside change" if event.is_outside else ""
    return Moment(
        event.at,
        event.action,
        f"{said}{outside}",
        names.get(event.actor or "", event.actor or ""),
        event.actor or "",
        event.operation_id,
        tuple(_facts(event)),
        undoable.get(event.operation_id or 0),
        jsonfields.fields(event.before).get("workflow_name", ""),
    )


def _facts(event: Event) -> Iterable[str]:
    if event.reason:
        yield event.reason
    yield from differences(_own(event.before), _own(event.after))


def _own(row: Any) -> dict[str, Any]:
    """Return what somebody wrote."""
    return {
        LISTS.get(name, name): _listed(value) if name in LISTS else value
        for name, value in jsonfields.fields(row).items()
        if name not in DERIVED
    }


def _listed(text: Any) -> str:
    """Write a list of tables or names as a person reads it."""
    told = json.loads(text) if isinstance(text, str) else []
    return ", ".join(_named(one) for one in told)


def _named(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    keys = ", ".join(map(str, one.get("keys") or []))
    return f"{one.get('table')} ({keys})" if keys else str(one.get("table"))
