"""What a run did, for its page."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from governance.models import ErrorTable, JobRun, JobStep, OpenedGate, Outreach
from governance.verbs.registry import VERBS

GATES_SHOWN = 20
# what is unknown is written in words: a 0 would say that nothing was to do
UNCOUNTED: dict[str, str] = {JobStep.State.WAITING: "not yet", JobStep.State.FAILED: "failed"}


class Cell(NamedTuple):
    """Rows that one step counted; `instead` says in words why there is no count."""

    step: JobStep
    rows: int
    instead: str = ""


class Matrix(NamedTuple):
    """Rows by what was counted and step; `is_by_table` says that error tables are counted, not work of another kind."""

    steps: list[JobStep]
    tables: list[tuple[str, list[Cell]]]
    sums: list[Cell]
    is_by_table: bool


def steps(run: JobRun) -> QuerySet[JobStep]:
    """Return its steps in order, with their operations."""
    return run.steps.select_related("operation").order_by("position")


def matrix(run: JobRun, found: Sequence[JobStep]) -> Matrix:
    """Count rows by error table and step, or by what its work counts. One query."""
    known = dict(ErrorTable.objects.values_list("name", "allowed_dispositions"))
    names = {name for step in found for name in step.counted}
    is_by_table = any(step.verb for step in found) or bool(names & set(known))
    if is_by_table:
        names |= set(known)
    left_out = run.schedule.leaves_out if run.schedule else []
    tables = [
        (name, [_cell(step, name, known.get(name), left_out) for step in found])
        for name in sorted(names)
    ]
    sums = [Cell(step, step.rows, _standing(step)) for step in found]
    return Matrix(list(found), tables, sums, is_by_table)


def _cell(step: JobStep, name: str, allowed: Sequence[str] | None, left_out: Iterable[str]) -> Cell:
    """Count one table's rows in a step, or say why there is no count."""
    if rows := step.counted.get(name, 0):
        return Cell(step, rows)
    needs = VERBS[step.verb].needs if step.verb in VERBS else ""
    if needs and allowed is not None and needs not in allowed:
        return Cell(step, 0, "not allowed")
    if step.verb and name in left_out:
        return Cell(step, 0, "left out")
    return Cell(step, 0, _standing(step))


def _standing(step: JobStep) -> str:
    """Say why a step without counts has none; empty where nothing was to do."""
    if step.counts:
        return ""
    return UNCOUNTED.get(step.state, "")


def opened(run: int | None) -> QuerySet[OpenedGate]:
    """Return the companies whose gate a run opened."""
    return all_gates().filter(run=run)


def all_gates() -> QuerySet[OpenedGate]:
    """Return the companies whose gate any run opened, with their domain, empty where the company is gone."""
    company = Outreach.objects.filter(pk=OuterRef("outreach_id")).values("domain")
    found = OpenedGate.objects.select_related("run", "reviewed_by")
    return found.annotate(domain=Subquery(company))


def gates(run: JobRun) -> tuple[list[OpenedGate], int]:
    """Return the companies whose gate it opened, those to review first, and how many there are in all."""
    shown = list(opened(run.pk).order_by("-reviewed_at", "id")[:GATES_SHOWN])
    return shown, run.opened_gates.count() if len(shown) == GATES_SHOWN else len(shown)
