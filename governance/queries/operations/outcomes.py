"""Reading what a plan holds and what became of each row."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Cast

from governance import subjects
from governance.models import Operation, OperationItem
from governance.queries import arrivals
from governance.queries.operations import places, staged
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from outreach_admin.db import jsonfields
from outreach_admin.lists import tallies
from outreach_admin.lists.files import streams
from outreach_admin.ui import figures

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


@dataclass(frozen=True)
class Moved:
    """How many rows of a plan have changed since it was made; `at_least` where not all were looked at."""

    operation: Operation
    rows: int
    at_least: bool = False


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
    keys = _drawn(operation)
    rows = rows_of(operation, keys)
    if VERBS[operation.verb].updates:
        told = arrivals.told(operation, keys)
        return [Sampled(row, *told[key]) for key, row in rows.items()]
    return list(_sampled(operation, rows))


def _sampled(operation: Operation, rows: Mapping[str, models.Model]) -> Iterator[Sampled]:
    verb = VERBS[operation.verb]
    before = _before(operation.undoes, list(rows)) if operation.undoes else {}
    for key, row in rows.items():
        then = (
            before[key].get(verb.shows)
            if operation.undoes
            else verb.then(row, verb.read(operation.parameters))
        )
        now = state_of(row, verb.shows)
        yield Sampled(row, now, said(type(row), verb.shows, then))


def state_of(row: models.Model, shows: str) -> str:
    """Return what a row says now; one that moved to the archive says so."""
    if row._state.adding:
        return "new"
    fixed = subjects.of(row).says.get(shows)
    return fixed or said(type(row), shows, getattr(row, shows))


def was(item: OperationItem, verb: Verb) -> str:
    """Return what the row of an item said before it was changed, empty where it was not."""
    before = jsonfields.fields(item.before)
    return said(verb.model, verb.shows, before[verb.shows]) if verb.shows in before else ""


def said(model: type[models.Model], column: str, value: Any) -> str:
    """Write a value as pages do, also one from JSON: nothing as `none`, moments in UTC.

    A word that the column cannot hold ("by policy") stays as it is.
    """
    if value is None or value == "":
        return "none"
    try:
        field: Any = model._meta.get_field(column)
        value = field.to_python(value)
    except ValidationError:
        return str(value)
    return figures.exact(value) if isinstance(value, datetime) else str(value)


def rows_of(operation: Operation, keys: Sequence[str]) -> dict[str, Any]:
    """Return the rows of these keys, wherever they live now; gone ones are left out."""
    found: dict[str, Any] = {}
    for place in subjects.named(VERBS[operation.verb].subject).places:
        if missing := [subject for subject in keys if subject not in found]:
            there = place.rows.select_related(*place.related).filter(pk__in=missing)
            found |= {str(row.pk): row for row in there}
    if operation.kind == Operation.Kind.IMPORT and not operation.is_final:
        missing = [key for key in keys if key not in found]
        coming = arrivals.rows if VERBS[operation.verb].updates else staged.staged
        found = coming(operation, missing) | found
    return {key: found[key] for key in keys if key in found}


def _drawn(operation: Operation) -> list[str]:
    eligible = (
        operation.items.filter(outcome=OperationItem.Outcome.PLANNED)
        .order_by("subject_id")
        .values_list("subject_id", flat=True)
    )
    if operation.eligible <= SMALL_PLAN:
        pool = list(eligible)
        chosen = random.Random(operation.plan_hash).sample(pool, min(SAMPLE_ROWS, len(pool)))  # noqa: S311 - a sample, not a secret
        return sorted(chosen)
    starts = [_key_like(operation, n) for n in range(SAMPLE_ROWS)]
    probes = [eligible.filter(subject_id__gte=start)[:1] for start in starts]
    found = {subject for probe in probes for subject in probe}
    if len(found) < SAMPLE_ROWS:
        # two probes met the same row, or one fell behind the last
        found |= set(eligible.exclude(subject_id__in=found)[: SAMPLE_ROWS - len(found)])
    return sorted(found)


def _key_like(operation: Operation, number: int) -> str:
    """Return a text among the keys of such rows, drawn by the plan hash."""
    drawn = hashlib.sha256(f"{operation.plan_hash}:{number}".encode()).digest()[:16]
    has_uuids = isinstance(subjects.named(operation.subject).key, models.UUIDField)
    return str(UUID(bytes=drawn)) if has_uuids else str(int.from_bytes(drawn))


def _before(original: Operation, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    found = original.items.filter(subject_id__in=keys).values_list("subject_id", "before")
    return {subject: dict(jsonfields.fields(before)) for subject, before in found}


def _alike(names: Iterable[str]) -> set[str]:
    """Return the subjects whose rows can be rows of these too."""
    return {place.name for name in names for place in subjects.named(name).places}


def overlaps(operations: Sequence[Operation]) -> list[Overlap]:
    """Return other operations that wait or run over rows of these plans, the largest overlap first."""
    mine = [operation.plan_key for operation in operations]
    live = Operation.objects.filter(
        state__in=[*Operation.WAITING_STATES, *Operation.LIVE_STATES],
        subject__in=_alike({operation.subject for operation in operations}),
    ).exclude(plan_key__in=mine)
    others = list(live.values_list("plan_key", flat=True))
    if not others:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        # a plan made a moment ago has no statistics: row by row it once took 42 s
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            """SELECT theirs.plan_key, count(*) FROM governance_operationitem mine
            JOIN governance_operationitem theirs ON theirs.subject_id = mine.subject_id AND theirs.outcome = 'planned'
            WHERE mine.plan_key = ANY (%s) AND mine.outcome = 'planned' AND theirs.plan_key = ANY (%s)
            GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s""",
            [mine, others, OVERLAPS],
        )
        counted = dict(cursor.fetchall())
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    found = Operation.objects.select_related("requester").in_bulk(counted, field_name="plan_key")
    return [Overlap(found[key], rows) for key, rows in counted.items()]


def moved_since(operations: Sequence[Operation]) -> list[Moved]:
    """Count the rows that these plans would now skip as changed; plans without such rows are left out.

    Exact where all of them are counted within 2 s, else of the first 10,000 rows. One query for
    plans over the same kind of rows.
    """
    found = tallies.within(tallies.PATIENCE, lambda: _moved(operations))
    if found is None:
        found = [one for operation in operations for one in _moved([operation], in_part=True)]
    return sorted(found, key=lambda one: operations.index(one.operation))


def is_moved(operation: Operation) -> Q:
    """Return the condition on items of `operation` whose rows are no longer as they were planned."""
    place = places.before(operation)
    key = Cast(
        OuterRef("subject_id"),
        output_field=type(place.key)(),
    )
    row = place.rows.filter(pk=key)
    if operation.kind == Operation.Kind.IMPORT:
        return Q(Exists(row))
    return ~Q(Exists(row.filter(version=OuterRef("version"))))


def _moved(
    operations: Sequence[Operation],
    *,
    in_part: bool = False,
) -> list[Moved]:
    found = []
    for alike in _by_place(operations).values():
        rows = OperationItem.objects.filter(
            operation__in=alike,
            outcome=OperationItem.Outcome.PLANNED,
        )
        if in_part:
            first = rows.order_by("subject_id").values("subject_id")
            rows = rows.filter(subject_id__in=first[: tallies.AT_LEAST])
        moved = rows.filter(is_moved(alike[0])).order_by().values_list("operation")
        counts = dict(moved.annotate(Count("subject_id")))
        found += [
            Moved(operation, counts[operation.plan_key], at_least=in_part)
            for operation in alike
            if operation.plan_key in counts
        ]
    return found


def _by_place(operations: Iterable[Operation]) -> dict[tuple[str, bool], list[Operation]]:
    found: dict[tuple[str, bool], list[Operation]] = {}
    for operation in operations:
        is_import = operation.kind == Operation.Kind.IMPORT
        place = places.before(operation).name
        found.setdefault((place, is_import), []).append(operation)
    return found


ITEM_COLUMNS = ("row_id", "outcome", "reason", "planned_version", "was")


def as_csv(operation: Operation, *, reader: int | None = None) -> streams.Stream:
    """Begin a CSV of every row of the plan with its outcome, for the person `reader`.

    Formula-safe; states filter, moment and count.
    """
    facts = subjects.named(VERBS[operation.verb].subject).facts
    values = "".join(f", {value}" for value in facts.values)
    query = f"""SELECT i.subject_id, i.outcome, i.reason, i.version, i.before ->> %s{values}
        FROM governance_operationitem i {facts.joins} WHERE i.plan_key = %s"""
    wanted = [VERBS[operation.verb].shows, operation.plan_key]
    label = streams.Label(f"{operation}-outcomes", operation.filter or f"operation={operation}")
    return streams.stream_csv(
        query,
        wanted,
        [*ITEM_COLUMNS, *facts.columns],
        label=label,
        order=["row_id"],
        reader=reader,
    )
