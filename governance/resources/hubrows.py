"""Rows of a hub table that come in as JSON: the cells, rules and verdicts of those that come in by file."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction

from governance.exceptions import ImportRefused
from governance.models import ImportFile, ImportRow, Operation
from governance.queries import imports as checked
from governance.resources.hubs import made_key, may_be_empty, widget_of
from governance.resources.widgets import Cell
from governance.services.files import imports
from governance.services.operations import acts
from governance.verbs.hubs import KEPT, ImportRows
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui import figures

MOST = 100_000
MOST_PROBLEMS = 1_000
BATCH = 5_000
CHANNEL = "api"
NO_ROW = "It is not an object of columns and values."
NO_EMPTY = "It may not be empty."
LACKING = "It is missing."
Problem = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What rows are beside the stored ones, and the operation that brings them in, where there is one.

    `problems` are the first 1,000: index of the row, field, problem.
    """

    rows: int
    new: int
    changed: int
    unchanged: int
    wrong: int
    problems: list[Problem] = field(default_factory=list)
    operation: Operation | None = None


class RowsRefused(ImportRefused):
    """Rows cannot be taken; scripts are told which."""

    def __init__(self, sentence: str, verdict: Verdict) -> None:
        super().__init__(
            sentence,
            what_to_do="Correct them, or send “only_good” to bring in the others.",
        )
        self.members = {"errors": verdict.problems}


def bring_in(
    verb: ImportRows,
    rows: Sequence[Any],
    *,
    by: User,
    measured: tuple[int, str],
    only_good: bool = False,
    dry_run: bool = False,
) -> Verdict:
    """Judge rows and bring in those that differ: one operation, begun at once where no policy stops it.

    `measured` are bytes and digest of what was sent. A member that a row lacks says nothing, null empties the column.
    Nothing is kept of a dry run, nor where nothing differs. Raises NotPermitted, BadRequest for unknown columns, RowsRefused
    for rows with problems unless `only_good`.
    """
    with transaction.atomic():
        file = _check(verb, rows, by=by, measured=measured)
        found = _verdict(file)
        if dry_run:
            transaction.set_rollback(True)
            return found
        if found.wrong and (not only_good or not file.good):
            raise RowsRefused(_wrong(found), found)
        if not found.new + found.changed:
            transaction.set_rollback(True)
            return found
        operation = imports.plan(file, by=by, only_good=only_good, channel=CHANNEL)
        return _verdict(file, acts.begin(operation, by=by))


def _wrong(found: Verdict) -> str:
    said = figures.counted(found.rows, "row has problems", "rows have problems")
    return f"{found.wrong:,} of {said}. Nothing was done."


def _check(
    verb: ImportRows,
    rows: Sequence[Any],
    *,
    by: User,
    measured: tuple[int, str],
) -> ImportFile:
    imports.refuse_unless_may_import(by, verb)
    _refuse_unknown(verb, rows)
    size, digest = measured

    def read(file: ImportFile) -> tuple[int, str, str]:
        staged = staged_rows(verb, file, rows)
        while batch := list(itertools.islice(staged, BATCH)):
            imports.keep(batch)
        return size, digest, ""

    return imports.stage(
        verb=verb,
        name=f"{figures.counted(len(rows), 'row')} for {verb.table}",
        read=read,
        by=by,
    )


def _verdict(file: ImportFile, operation: Operation | None = None) -> Verdict:
    return Verdict(
        file.rows,
        file.compared["new"],
        file.compared["changed"],
        file.compared["unchanged"],
        file.bad,
        [
            {
                "index": number,
                "field": problem["column"],
                "problem": problem["problem"],
            }
            for number, problem in checked.first_problems(file, most=MOST_PROBLEMS)
        ],
        operation,
    )


def _refuse_unknown(verb: ImportRows, rows: Sequence[Any]) -> None:
    """Refuse a column that the table lacks: it may have been meant to say something."""
    known = {*verb.columns, *KEPT}
    for index, row in enumerate(rows):
        unknown = set(row) - known if isinstance(row, dict) else ()
        for name in sorted(unknown):
            raise BadRequest(
                f"Row {index:,} has a column that {verb.nouns} do not have: “{name[:60]}”. Nothing was done.",
                key=name[:60],
                offered=verb.columns,
            )


def staged_rows(
    verb: ImportRows,
    file: ImportFile,
    rows: Sequence[Any],
) -> Iterator[ImportRow]:
    """Read rows one by one, each with its problems where it has any; the first one is row 0."""
    readers = {str(column.column): Reader.of(verb, column) for column in verb.fields}
    for index, row in enumerate(rows):
        if isinstance(row, dict):
            yield _staged(verb, readers, ImportRow(file=file, number=index), row)
        else:
            problem = {"column": "", "value": "", "problem": NO_ROW}
            yield ImportRow(file=file, number=index, problems=[problem])


def _staged(
    verb: ImportRows,
    readers: Mapping[str, "Reader"],
    kept: ImportRow,
    row: Mapping[str, Any],
) -> ImportRow:
    data: dict[str, Any] = {}
    problems = []
    for name, value in row.items():
        if name in KEPT or (name == verb.key_column and value in (None, "")):
            continue
        try:
            data[name] = readers[name].read(value)
        except ValueError as wrong:
            problems.append({"column": name, "value": "", "problem": str(wrong)})
    key = verb.key_column
    if (
        not verb.makes_keys
        and key not in data
        and not any(one["column"] == key for one in problems)
    ):
        problems.append({"column": key, "value": "", "problem": LACKING})
    kept.data, kept.problems = data, problems or None
    kept.subject_id = data.get(key)
    if not kept.subject_id and not problems:
        kept.subject_id = made_key(verb, data)
    return kept


@dataclass(frozen=True)
class Reader:
    """How the values of one column are read; `empty` is what nothing is kept as, where it may be nothing."""

    cell: Cell
    may_be_empty: bool
    empty: str | None

    @classmethod
    def of(cls, verb: ImportRows, column: "models.Field[Any, Any]") -> "Reader":
        """Read a column as files do."""
        is_text = isinstance(column, models.TextField)
        return cls(
            widget_of(verb, column),
            may_be_empty(column),
            "" if is_text and not column.null else None,
        )

    def read(self, value: Any) -> Any:
        """Return what is stored. Raises ValueError with the sentence for people."""
        found = self.cell.given(value)
        if found is not None:
            return found
        if not self.may_be_empty:
            raise ValueError(NO_EMPTY)
        return self.empty
