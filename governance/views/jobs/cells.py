"""The counts of a run: a column a step, and of each number the address that lists exactly its rows."""

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from governance.models import JobRun, JobStep, OperationItem
from governance.queries.jobs import stories
from governance.services.jobs import registry


class Head(NamedTuple):
    """A job above the columns of its steps."""

    label: str
    columns: int


@dataclass(frozen=True)
class Column:
    """A step of a run: its job, and what its rows became; `starts` says that it is the first of its job."""

    step: JobStep
    job: str
    became: str
    starts: bool

    @property
    def label(self) -> str:
        """What its numbers are called where no head stands above them."""
        return f"{self.job}, {self.became}" if self.became else self.job


class Cell(NamedTuple):
    """A number of a column, the address of its rows, empty where no list has them, or words in its place."""

    column: Column
    rows: int
    url: str
    instead: str


@dataclass(frozen=True)
class Drawn:
    """The matrix of a run as its page draws it."""

    heads: list[Head]
    columns: list[Column]
    lines: list[tuple[str, list[Cell]]]
    sums: list[Cell]
    is_by_table: bool

    @property
    def is_listed(self) -> bool:
        """Whether every number above 0 leads to its rows."""
        return all(cell.url for cell in self.sums if cell.rows)


def drawn(run: JobRun, steps: list[JobStep]) -> Drawn:
    """Draw the counts of a run. One query."""
    columns = _columns(steps)
    matrix = stories.matrix(run, steps)
    lines = [
        (name, [_cell(run, *pair, name) for pair in zip(columns, cells, strict=True)])
        for name, cells in matrix.tables
    ]
    sums = [_cell(run, *pair) for pair in zip(columns, matrix.sums, strict=True)]
    heads = [
        Head(label, len(list(alike))) for label, alike in groupby(columns, lambda one: one.job)
    ]
    return Drawn(heads, columns, lines, sums, matrix.is_by_table)


def _columns(steps: list[JobStep]) -> list[Column]:
    columns: list[Column] = []
    before: dict[str, int] = {}
    for step in steps:
        place = before.get(step.job, 0)
        before[step.job] = place + 1
        became = registry.became(step.job, step.verb, place) if step.verb else ""
        label = registry.label_of(step.job)
        columns.append(Column(step, label, became, place == 0))
    return columns


def _cell(run: JobRun, column: Column, cell: stories.Cell, table: str = "") -> Cell:
    url = rows_of(run, cell.step, table) if cell.rows else ""
    return Cell(column, cell.rows, url, cell.instead)


def rows_of(run: JobRun, step: JobStep, table: str = "") -> str:
    """List the rows that a step changed, of one error table or of all; of a dry run those that it would have.

    Empty where the step kept no list of them: its work is none on errors, or was done by SQL.
    """
    if step.operation_id is None:
        return ""
    done = OperationItem.Outcome.CANCELLED if run.is_dry else OperationItem.Outcome.APPLIED
    asked = {"outcome": done.value} | ({"error_table": table} if table else {})
    address = reverse("governance:operation-rows", args=[step.operation_id])
    return f"{address}?{urlencode(asked)}"
