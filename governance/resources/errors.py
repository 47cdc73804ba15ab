"""The columns of errors that come in, and what a row must satisfy by itself."""

import itertools
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, BinaryIO

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources
from import_export.instance_loaders import BaseInstanceLoader
from tablib import Dataset

from governance.exceptions import ImportRefused
from governance.models import (
    Category,
    Disposition,
    ErrorTable,
    HubError,
    ImportFile,
    Severity,
    TtlTier,
)
from governance.queries.imports import Problem
from governance.resources import cells
from governance.resources.csvfiles import CsvFile
from governance.services.files import imports
from governance.services.files.imports import StagedRow

SLICE = 500
# kept by the database; an export has them, an import passes them over
DERIVED = ("company_name", "retry_exhausted", "expires_at", "version", "updated_at")
PARKED_ONLY = ("parked_at", "parked_by", "park_reason", "escalated_at")
CLOCK_SKEW = timedelta(hours=1)
SHOWN_LETTERS = 200


def column(name: str, widget: cells.Cell) -> fields.Field:
    """Declare a column whose name is that of the record."""
    return fields.Field(column_name=name, attribute=name, widget=widget, saves_null_values=False)


class StagedError(SimpleNamespace):
    """An error being read: the columns it was given."""

    def __str__(self) -> str:
        return str(getattr(self, "error_id", "new error"))


class ErrorResource(resources.Resource):
    """Reads rows of errors; saving stages them. Nothing is looked up row by row, no row overwrites one that exists.

    `staged` holds the rows read since it was last emptied, in order, good and bad.
    """

    error_id = column("error_id", cells.Id())
    error_table = column("error_table", cells.Choice([]))
    outreach_id = column("outreach_id", cells.Id())
    company_unique_id = column("company_unique_id", cells.Word())
    domain = column("domain", cells.Word())
    code = column("code", cells.Word())
    message = column("message", cells.Words())
    stage = column("stage", cells.Word())
    severity = column("severity", cells.Choice(Severity.values))
    category = column("category", cells.Choice(Category.values))
    blocks = column("blocks", cells.Flag())
    disposition = column("disposition", cells.Choice(Disposition.values))
    retry_count = column("retry_count", cells.Count())
    max_retries = column("max_retries", cells.Count())
    last_retry_at = column("last_retry_at", cells.Moment())
    next_retry_at = column("next_retry_at", cells.Moment())
    ttl_tier = column("ttl_tier", cells.Choice(TtlTier.values))
    owner = column("owner", cells.Word())
    parked_at = column("parked_at", cells.Moment())
    parked_by = column("parked_by", cells.Word())
    park_reason = column("park_reason", cells.Word())
    escalation_level = column("escalation_level", cells.Count(3))
    escalated_at = column("escalated_at", cells.Moment())
    resolved_at = column("resolved_at", cells.Moment())
    resolution_note = column("resolution_note", cells.Words())
    details = column("details", cells.Details())
    created_at = column("created_at", cells.Moment())

    class Meta:
        model = HubError
        import_id_fields: tuple[str, ...] = ()
        instance_loader_class = BaseInstanceLoader
        force_init_instance = True
        use_transactions = False
        use_bulk = True
        batch_size = None
        skip_diff = True
        clean_model_instances = False

    def __init__(
        self, *, by: User, error_table: ErrorTable | None = None, at: datetime | None = None
    ) -> None:
        super().__init__()
        self.by = by.get_username()
        self.default_table = error_table.name if error_table else None
        self.at = at or timezone.now()
        self.allowed = dict(ErrorTable.objects.values_list("name", "allowed_dispositions"))
        self.fields["error_table"].widget = cells.Choice(self.allowed)
        self.staged: list[StagedRow] = []

    def init_instance(self, row: Any = None) -> StagedError:
        """Begin an error without an id of its own."""
        return StagedError()

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Judge the row as a whole, beside what its cells gave, and fill in what follows from the rest."""
        wrong = dict(import_validation_errors or {})
        for name, problem in self.problems_of(instance, wrong.keys()):
            wrong.setdefault(name, []).append(ValidationError(problem))
        if wrong:
            raise ValidationError(wrong)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Stage the row as it will be stored."""
        data = vars(instance)
        data["id"] = data.pop("error_id", None) or str(uuid.uuid4())
        self.staged.append(StagedRow(row["#"], uuid.UUID(data["id"]), data))

    def problems_of(self, error: Any, unreadable: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield column and sentence of everything that a readable row still lacks or contradicts."""
        skipped = set(unreadable)
        given = vars(error)
        if "error_table" not in skipped and not given.setdefault("error_table", self.default_table):
            yield "error_table", "It is missing."
        if "code" not in skipped and "code" not in given:
            yield "code", "It is missing."
        if "created_at" in given and cells.moment_of(given["created_at"]) > self.at + CLOCK_SKEW:
            yield "created_at", "It lies in the future."
        if "disposition" not in skipped:
            yield from self._disposition_problems(given, skipped)

    def _disposition_problems(
        self, given: dict[str, Any], skipped: set[str]
    ) -> Iterator[tuple[str, str]]:
        disposition, table = given.get("disposition"), given.get("error_table")
        if disposition and table and disposition not in self.allowed[table]:
            yield "disposition", f"{table} allows {', '.join(self.allowed[table])}."
        if disposition == Disposition.PARKED:
            yield from self._parked_problems(given, skipped)
        else:
            yield from (
                (name, "Only a PARKED error has it.") for name in PARKED_ONLY if name in given
            )
            if given.get("escalation_level"):
                yield "escalation_level", "Only a PARKED error is escalated."
        if disposition == Disposition.RESOLVED:
            given.setdefault("resolved_at", self.at.isoformat())

    def _parked_problems(
        self, given: dict[str, Any], skipped: set[str]
    ) -> Iterator[tuple[str, str]]:
        if "park_reason" not in given and "park_reason" not in skipped:
            yield "park_reason", "It is missing: nothing is parked without a reason."
        given.setdefault("parked_at", self.at.isoformat())
        given.setdefault("parked_by", self.by)
        if given.get("escalation_level"):
            given.setdefault("escalated_at", self.at.isoformat())


COLUMNS = tuple(ErrorResource.fields)
KNOWN = (*COLUMNS, *DERIVED)
EXAMPLE = {
    "error_table": "outreach.dol_errors",
    "code": "NO_MATCH",
    "domain": "example.com",
    "message": 'No federal filing matches "Example Inc" in "OH"',
    "created_at": "2026-02-02T13:00:00Z",
}


def check(
    source: BinaryIO, *, name: str, by: User, error_table: ErrorTable | None = None
) -> ImportFile:
    """Read a CSV of errors, judge every row, and keep the result for a decision; nothing is imported yet.

    `error_table` is taken where the file has no such column. Raises NotPermitted, ImportRefused (the
    file as a whole; status 413, 415, 422).
    """
    imports.refuse_unless_may_import(by)
    file = CsvFile(source, name=name, known=KNOWN)
    _refuse_missing(file, error_table)
    resource = ErrorResource(by=by, error_table=error_table)
    return imports.stage(
        name=name,
        error_table=error_table,
        rows=_read(file, resource),
        measure=file.measured.measure,
        by=by,
    )


def _refuse_missing(file: CsvFile, error_table: ErrorTable | None) -> None:
    needed = ["code"] if error_table else ["error_table", "code"]
    missing = [name for name in needed if name not in file.columns]
    if missing:
        hint = (
            "Choose the table on the page, or add the column."
            if missing == ["error_table"]
            else "Download the template: it has every column."
        )
        raise ImportRefused(
            f"{file.name} lacks the column {' and '.join(missing)}.", what_to_do=hint
        )


def _read(file: CsvFile, resource: ErrorResource) -> Iterator[StagedRow]:
    """Read the file slice by slice, so that memory does not grow with it."""
    rows = iter(file)
    while batch := list(itertools.islice(rows, SLICE)):
        yield from _staged(batch, file.columns, resource)


def _staged(
    batch: list[tuple[int, list[str]]], columns: list[str], resource: ErrorResource
) -> list[StagedRow]:
    """Run one slice through the resource; what it could not take comes back with its problems."""
    width = len(columns)
    torn = [
        _torn(number, record, width)
        for number, record in batch
        if len(record) < width or any(record[width:])
    ]
    whole = [
        (number, *record[:width])
        for number, record in batch
        if len(record) >= width and not any(record[width:])
    ]
    resource.staged = torn
    result = resource.import_data(Dataset(*whole, headers=["#", *columns]), raise_errors=False)
    for fault in [
        *result.base_errors,
        *(error for row in result.error_rows for error in row.errors),
    ]:
        raise fault.error
    for invalid in result.invalid_rows:
        resource.staged.append(
            _bad(
                dict(zip(["#", *columns], whole[invalid.number - 1], strict=True)),
                invalid.error_dict,
            )
        )
    return sorted(resource.staged, key=lambda row: row.number)


def _torn(number: int, record: list[str], width: int) -> StagedRow:
    shown = ", ".join(record)[:SHOWN_LETTERS]
    return StagedRow(
        number,
        None,
        None,
        [Problem("", shown, f"The row has {len(record)} cells, the header {width}.")],
    )


def _bad(cells_: dict[str, Any], wrong: dict[str, list[str]]) -> StagedRow:
    problems = [
        Problem(name, str(cells_.get(name, ""))[:SHOWN_LETTERS], " ".join(sentences))
        for name, sentences in wrong.items()
    ]
    try:
        error_id = uuid.UUID(cells_.get("error_id", ""))
    except ValueError:
        error_id = None
    return StagedRow(cells_["#"], error_id, None, problems)
