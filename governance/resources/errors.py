"""The columns of errors that come in, and what a row must satisfy by itself."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, BinaryIO

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult
from tablib import Dataset

from governance import subjects
from governance.exceptions import ImportRefused
from governance.models import (
    ArchivedError,
    Category,
    Disposition,
    ErrorTable,
    HubError,
    ImportFile,
    ImportRow,
    Severity,
    TtlTier,
)
from governance.models.retention.holds import HOLD_FACTS
from governance.resources import companies, widgets
from governance.resources.csvfiles import CsvFile
from governance.resources.errorrules import ErrorRules, keep_given_domain
from governance.resources.staging import (
    BATCH,
    NUMBER,
    StagingResource,
    batches,
    column,
    id_of,
    problems_of,
)
from governance.services.files import imports
from governance.verbs import registry
from outreach_admin.db.limits import longest

ID = "error_id"
# kept by the database; an export has them, an import passes them over
DERIVED = (
    "company_name",
    "retry_exhausted",
    "expires_at",
    "version",
    "updated_at",
    *HOLD_FACTS,
)
# problems of rows that are said beside those of the header
SAID_AT_ONCE = 5
LIVE = "An error with this id is in the queue already."
ARCHIVED = "An archived error has this id: restore it instead."


class StagedError(SimpleNamespace):
    """An error being read: the columns it was given."""

    taken = ""

    def __str__(self) -> str:
        return str(getattr(self, "error_id", "new error"))


class TakenIds(BaseInstanceLoader):
    """Finds the errors, live or archived, that a batch would overwrite: two queries a batch."""

    def __init__(self, resource: resources.Resource, dataset: Dataset) -> None:
        super().__init__(resource, dataset)
        ids = {id_of(text) for text in dataset[ID]} - {None} if ID in dataset.headers else ()
        self.taken = {
            str(error_id): sentence
            for model, sentence in ((ArchivedError, ARCHIVED), (HubError, LIVE))
            for error_id in model.objects.filter(pk__in=ids).values_list(
                "pk",
                flat=True,
            )
        }

    def get_instance(self, row: dict[str, Any]) -> StagedError | None:
        taken = self.taken and self.taken.get(id_of(row[ID]))
        return StagedError(taken=taken) if taken else None


class ErrorResource(StagingResource):
    """Reads a batch of errors and stages it at once, good rows and bad ones; a dry run only reads.

    A row that would overwrite an error is refused.
    """

    error_id = column("error_id", widgets.Id())
    error_table = column("error_table", widgets.Choice([]))
    outreach_id = column("outreach_id", widgets.Id())
    company_unique_id = column(
        "company_unique_id", widgets.Word(longest(HubError, "company_unique_id"))
    )
    domain = column("domain", widgets.Domain(longest(HubError, "domain")))
    code = column("code", widgets.Word(longest(HubError, "code")))
    message = column("message", widgets.Words(longest(HubError, "message")))
    stage = column("stage", widgets.Word(longest(HubError, "stage")))
    severity = column("severity", widgets.Choice(Severity.values))
    category = column("category", widgets.Choice(Category.values))
    blocks = column("blocks", widgets.Flag())
    disposition = column("disposition", widgets.Choice(Disposition.values))
    retry_count = column("retry_count", widgets.Count())
    max_retries = column("max_retries", widgets.Count())
    last_retry_at = column("last_retry_at", widgets.MomentCell())
    next_retry_at = column("next_retry_at", widgets.MomentCell())
    ttl_tier = column("ttl_tier", widgets.Choice(TtlTier.values))
    owner = column("owner", widgets.Word(longest(HubError, "owner")))
    parked_at = column("parked_at", widgets.MomentCell())
    parked_by = column("parked_by", widgets.Word(longest(HubError, "parked_by")))
    park_reason = column("park_reason", widgets.Word(longest(HubError, "park_reason")))
    escalation_level = column("escalation_level", widgets.Count(3))
    escalated_at = column("escalated_at", widgets.MomentCell())
    resolved_at = column("resolved_at", widgets.MomentCell())
    resolution_note = column("resolution_note", widgets.Words(longest(HubError, "resolution_note")))
    details = column("details", widgets.Details(longest(HubError, "details")))
    created_at = column("created_at", widgets.MomentCell())

    class Meta(StagingResource.Meta):
        import_id_fields = ("error_id",)
        instance_loader_class = TakenIds

    def __init__(self, file: ImportFile, columns: Sequence[str]) -> None:
        super().__init__(file)
        self.rules = ErrorRules(by=file.requester)
        self.fields["error_table"].widget = self.rules.table_name
        self.fields = {name: field for name, field in self.fields.items() if name in columns}

    def init_instance(self, row: Any = None) -> StagedError:
        return StagedError()

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Judge the row as a whole, beside its cells, and fill in what follows from the rest."""
        wrong = dict(import_validation_errors or {})
        for name, problem in self.flaws_of(instance, wrong.keys()):
            wrong.setdefault(name, []).append(ValidationError(problem))
        if wrong:
            raise ValidationError(wrong)

    def staged(self, read: RowResult) -> ImportRow:
        """Return a row as it is kept: what will be stored, or its problems."""
        row = read.row_values
        kept = ImportRow(file=self.file, number=row[NUMBER])
        if read.is_invalid():
            kept.subject_id = id_of(row.get(ID, ""))
            kept.problems = problems_of(read)
        else:
            kept.data = vars(read.instance)
            keep_given_domain(kept.data, row.get("domain") or "")
            kept.subject_id = kept.data["id"] = kept.data.pop(
                ID,
                None,
            ) or str(uuid.uuid4())
        return kept

    def complete(self, rows: list[ImportRow]) -> None:
        companies.link(rows)

    def flaws_of(self, error: Any, unreadable: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield column and sentence of everything that a readable row still lacks or contradicts."""
        given = vars(error)
        if self.file.error_table_id and "error_table" not in unreadable:
            given.setdefault("error_table", self.file.error_table_id)
        yield from self.rules.flaws_of(given, unreadable)
        if error.taken:
            yield ID, error.taken


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
    verb = registry.bringing_in(subjects.ERROR.name)
    imports.refuse_unless_may_import(by, verb)
    file = CsvFile(source, name=name, known=KNOWN, reads_on=True)
    missing = _missing(file, error_table)

    def read(staging: ImportFile) -> tuple[int, str, str]:
        resource = ErrorResource(staging, file.columns)
        for batch in batches(file):
            resource.import_data(batch)
        _refuse_header(file, missing, staging)
        return file.measured.measure()

    return imports.stage(
        verb=verb,
        name=name,
        error_table=error_table,
        read=read,
        by=by,
    )


def _missing(file: CsvFile, error_table: ErrorTable | None) -> list[str]:
    needed = ["code"] if error_table else ["error_table", "code"]
    return [name for name in needed if name not in file.columns]


def _refuse_header(file: CsvFile, missing: Sequence[str], staging: ImportFile) -> None:
    """Refuse a file for its columns, and say in the same sentence what is wrong with its rows."""
    said = [f"{file.name} {sentence}" for sentence in file.wrong]
    if missing:
        said.append(f"{file.name} lacks the column {' and '.join(missing)}.")
    if not said:
        return
    hint = (
        "Choose the table on the page, or add the column."
        if missing == ["error_table"]
        else "Download the template: it has every column."
    )
    rows = _problems_in_rows(staging, beside=missing)
    raise ImportRefused(" ".join([*said, *rows]), what_to_do=hint)


def _problems_in_rows(staging: ImportFile, *, beside: Sequence[str]) -> Iterator[str]:
    """Say the first problems of rows that do not follow from columns that are missing."""
    found = [
        f"Row {row.number}, {one['column'] or 'as a whole'}: {one['problem']}"
        for row in staging.staged.exclude(problems=None).order_by("number")[:BATCH]
        for one in row.problems or ()
        if one["column"] not in beside
    ]
    yield from found[:SAID_AT_ONCE]
    if len(found) > SAID_AT_ONCE:
        yield "Further rows have problems as well."
