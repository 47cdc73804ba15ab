"""Reading what a plan holds and what became of each row."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Count

from governance.models import ArchivedError, HubError, Operation, OperationItem
from governance.queries.operations import staged
from governance.verbs.registry import VERBS
from outreach_admin.lists import streams

SAMPLE_ROWS = 5
SMALL_PLAN = 1000
OVERLAPS = 5


@dataclass(frozen=True)
class Line:
    """Rows of a plan with the same outcome and reason."""

    outcome: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Sampled:
    """One row of a plan: what it is, what it says now and what it would say."""

    row: models.Model
    now: str
    then: str


@dataclass(frozen=True)
class Overlap:
    """Another operation that waits or runs, and how many rows both hold."""

    operation: Operation
    rows: int


def by_reason(operation: Operation) -> list[Line]:
    """Return the plan as lines that add up to it: applied, skipped and failed by reason, cancelled, to do.

    Reads the items only where the counters of the operation do not tell the reasons.
    """
    if operation.state in Operation.WAITING_STATES:
        return _listed({("planned", ""): operation.eligible} | _refused(operation))
    late = operation.skipped - sum(operation.refusals.values())
    if not (late or operation.failed or operation.cancelled):
        todo = operation.planned - operation.accounted
        return _listed(
            {("applied", ""): operation.applied} | _refused(operation) | {("planned", ""): todo}
        )
    found = operation.items.values_list("outcome", "reason").annotate(rows=Count("subject_id"))
    return _listed({(outcome, reason or ""): rows for outcome, reason, rows in found})


def _refused(operation: Operation) -> dict[tuple[str, str], int]:
    return {("skipped", reason): rows for reason, rows in operation.refusals.items()}


def _listed(lines: Mapping[tuple[str, str], int]) -> list[Line]:
    order = ["applied", "skipped", "failed", "cancelled", "planned"]
    found = [Line(outcome, reason, rows) for (outcome, reason), rows in lines.items() if rows]
    return sorted(found, key=lambda line: (order.index(line.outcome), -line.rows, line.reason))


def sample(operation: Operation) -> list[Sampled]:
    """Return five eligible rows, drawn by the plan hash: whoever reads this plan reads the same five."""
    verb = VERBS[operation.verb]
    subjects = _drawn(operation)
    before = _before(operation.undoes, subjects) if operation.undoes else {}
    found = []
    for row in rows_of(operation, subjects).values():
        then = (
            before[row.pk].get(verb.shows, "")
            if operation.undoes
            else verb.then(row, operation.parameters)
        )
        found.append(Sampled(row, state_of(row, verb.shows), str(then)))
    return found


def state_of(row: models.Model, shows: str) -> str:
    """Return what a row says now; a row in the archive says so."""
    if isinstance(row, ArchivedError) and shows == "disposition":
        return "ARCHIVED"
    return "new" if row._state.adding else str(getattr(row, shows))


def rows_of(operation: Operation, subjects: Sequence[UUID]) -> dict[UUID, Any]:
    """Return the rows behind `subjects` with their companies, wherever they live now; gone ones are left out."""
    model = VERBS[operation.verb].model
    models_ = [HubError, ArchivedError] if model in (HubError, ArchivedError) else [model]
    found: dict[UUID, Any] = {}
    for place in models_:
        missing = [subject for subject in subjects if subject not in found]
        if missing:
            found |= {
                row.pk: row
                for row in place._default_manager.filter(pk__in=missing).select_related(
                    "outreach__company"
                )
            }
    if operation.kind == Operation.Kind.IMPORT and not operation.is_final:
        found = (
            staged.staged(operation, [subject for subject in subjects if subject not in found])
            | found
        )
    return {subject: found[subject] for subject in subjects if subject in found}


def _drawn(operation: Operation) -> list[UUID]:
    eligible = (
        operation.items.filter(outcome=OperationItem.Outcome.PLANNED)
        .order_by("subject_id")
        .values_list("subject_id", flat=True)
    )
    if operation.eligible <= SMALL_PLAN:
        pool = list(eligible)
        chosen = random.Random(operation.plan_hash).sample(pool, min(SAMPLE_ROWS, len(pool)))  # noqa: S311 - a sample, not a secret
        return sorted(chosen)
    starts = [
        UUID(bytes=hashlib.sha256(f"{operation.plan_hash}:{n}".encode()).digest()[:16])
        for n in range(SAMPLE_ROWS)
    ]
    probes = [eligible.filter(subject_id__gte=start)[:1] for start in starts]
    found = {subject for probe in probes for subject in probe}
    if len(found) < SAMPLE_ROWS:
        # two probes met the same row, or one fell behind the last
        found |= set(eligible.exclude(subject_id__in=found)[: SAMPLE_ROWS - len(found)])
    return sorted(found)


def _before(original: Operation, subjects: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    found = original.items.filter(subject_id__in=subjects).values_list("subject_id", "before")
    return {subject: before or {} for subject, before in found}


def overlaps(operations: Sequence[Operation]) -> list[Overlap]:
    """Return other operations that wait or run over rows of these plans, the largest overlap first."""
    mine = [operation.pk for operation in operations]
    live = Operation.objects.filter(
        state__in=[*Operation.WAITING_STATES, *Operation.LIVE_STATES]
    ).exclude(pk__in=mine)
    others = list(live.values_list("pk", flat=True))
    if not others:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT theirs.operation_id, count(*) FROM governance_operationitem mine
            JOIN governance_operationitem theirs ON theirs.subject_id = mine.subject_id AND theirs.outcome = 'planned'
            WHERE mine.operation_id = ANY (%s) AND mine.outcome = 'planned' AND theirs.operation_id = ANY (%s)
            GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s""",
            [mine, others, OVERLAPS],
        )
        counted = dict(cursor.fetchall())
    found = Operation.objects.select_related("requester").in_bulk(counted)
    return [Overlap(found[pk], rows) for pk, rows in counted.items()]


# what a file of outcomes says of a row beside its outcome: columns, and where they come from
ERROR_FACTS = (
    ("error_table", "code", "domain", "message"),
    "coalesce(e.error_table, a.error_table), coalesce(e.code, a.code), coalesce(e.domain, a.domain), coalesce(e.message, a.message)",
    "LEFT JOIN governance_huberror e ON e.id = i.subject_id LEFT JOIN governance_archivederror a ON a.id = i.subject_id",
)
TARGET_FACTS = (
    ("domain", "execution_status"),
    "o.domain, t.execution_status",
    "LEFT JOIN governance_companytarget t ON t.target_id = i.subject_id LEFT JOIN governance_outreach o ON o.outreach_id = t.outreach_id",
)
ITEM_COLUMNS = ("row_id", "outcome", "reason", "planned_version", "was")


def as_csv(operation: Operation, *, reader: int | None = None) -> streams.Stream:
    """Begin a CSV of every row of the plan with its outcome, for the person `reader`; formula-safe, states filter, moment and count."""
    columns, facts, joins = (
        TARGET_FACTS if operation.subject_type == "company_target" else ERROR_FACTS
    )
    query = f"""SELECT i.subject_id, i.outcome, i.reason, i.version, i.before ->> %s, {facts}
        FROM governance_operationitem i {joins} WHERE i.operation_id = %s"""
    wanted = [VERBS[operation.verb].shows, operation.pk]
    label = streams.Label(f"{operation}-outcomes", operation.filter or f"operation={operation}")
    return streams.stream_csv(
        query,
        wanted,
        [*ITEM_COLUMNS, *columns],
        label=label,
        order=["row_id"],
        reader=reader,
    )
