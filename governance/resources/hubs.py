"""The columns of hub tables that come in, read from what their models declare."""

import uuid
from collections.abc import Sequence
from typing import Any, BinaryIO

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult

from governance.exceptions import ImportRefused
from governance.models import ImportFile, ImportRow
from governance.queries import arrivals
from governance.resources import widgets
from governance.resources.csvfiles import CsvFile
from governance.resources.staging import (
    NUMBER,
    StagingResource,
    batches,
    column,
    problems_of,
)
from governance.services.files import imports
from governance.verbs.hubs import KEPT, ImportRows
from outreach_admin.db import jsonfields
from outreach_admin.db.limits import longest

# a row without a key gets one made of its cells, the same whenever the file comes again
NAMESPACE = uuid.UUID("5f0c7b0e-6a55-4c1e-9d0a-7a1f3a0f2b61")
# of a row of a batch, beside its cells: what could be read of them
READ = "##"


def widget_of(verb: ImportRows, field: "models.Field[Any, Any]") -> widgets.Cell:
    """Return how the cells of a column are read: by its type, its choices and its limits."""
    if field.choices:
        return widgets.Choice([value for value, _ in field.choices])
    kind = field.target_field if field.remote_field else field
    if isinstance(kind, models.DecimalField):
        return widgets.Number(kind.max_digits, kind.decimal_places, verb.ranges.get(field.column))
    if isinstance(kind, models.TextField):
        return _text_of(verb.model, field)
    return next(made() for type_, made in BY_TYPE.items() if isinstance(kind, type_))


BY_TYPE = {
    models.UUIDField: widgets.Id,
    models.BooleanField: widgets.Flag,
    models.DateTimeField: widgets.MomentCell,
    models.PositiveIntegerField: lambda: widgets.Count(),
}


def _text_of(model: Any, field: "models.Field[Any, Any]") -> widgets.Cell:
    most = longest(model, field.name)
    if field.column in model.words.domains:
        return widgets.Domain(most)
    is_word = field.column in model.words.columns
    return widgets.Word(most) if is_word else widgets.Words(most)


def may_be_empty(field: "models.Field[Any, Any]") -> bool:
    """Say whether an empty cell can empty the column."""
    is_text = isinstance(field, models.TextField)
    return not field.primary_key and (field.null or (is_text and field.blank))


class NothingStored(BaseInstanceLoader):
    """Looks nothing up: staged rows are compared with the stored ones in one statement."""

    def get_instance(self, row: dict[str, Any]) -> None:
        return None


class HubResource(StagingResource):
    """Reads a batch of rows of one hub table; what other rows say of them is judged when all are staged."""

    class Meta(StagingResource.Meta):
        instance_loader_class = NothingStored

    def __init__(self, file: ImportFile, verb: ImportRows, columns: Sequence[str]) -> None:
        super().__init__(file)
        self.verb = verb
        self.fields = {
            field.column: column(
                field.column,
                widget_of(verb, field),
                keeps_nothing=file.clears and may_be_empty(field),
            )
            for field in verb.fields
            if field.column in columns
        }
        self.texts = {
            field.column
            for field in verb.fields
            if isinstance(field, models.TextField) and not field.null
        }

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Keep what will be read of a row with problems too: other rows may say more of it."""
        row[READ] = vars(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Ask for the key where nobody can make one."""
        wrong = dict(import_validation_errors or {})
        key = self.verb.key_column
        if not self.verb.makes_keys and key not in wrong and not hasattr(instance, key):
            wrong[key] = [ValidationError("It is missing.")]
        if wrong:
            raise ValidationError(wrong)

    def staged(self, read: RowResult) -> ImportRow:
        """Return a row with its readable cells, and with its problems where it has any."""
        kept = ImportRow(file=self.file, number=read.row_values[NUMBER])
        if read.is_invalid():
            kept.problems = problems_of(read, hidden=self.verb.hidden)
        kept.data = self._given(read.row_values.get(READ, {}))
        kept.subject_id = kept.data.get(self.verb.key_column) or self._made(kept)
        return kept

    def _given(self, cells: dict[str, Any]) -> dict[str, Any]:
        """Write nothing as the columns have it."""
        return {
            name: "" if value is None and name in self.texts else value
            for name, value in cells.items()
        }

    def complete(self, rows: list[ImportRow]) -> None:
        """Give numbers to rows that came without a key, where their table has numbers."""
        if self.verb.draws_keys:
            lacking = [row for row in rows if not row.subject_id and not row.problems]
            drawn = arrivals.drawn_keys(self.verb, len(lacking))
            for row, key in zip(lacking, drawn, strict=True):
                row.subject_id = key

    def _made(self, row: ImportRow) -> str | None:
        """Make the key of a row that came without: the same cells give the same key."""
        if row.problems or self.verb.draws_keys or not self.verb.makes_keys:
            return None
        return made_key(self.verb, row.data)


def made_key(verb: ImportRows, data: dict[str, Any]) -> str:
    """Make a key of the cells of a row."""
    cells = jsonfields.write(data, sort_keys=True)
    return str(uuid.uuid5(NAMESPACE, f"{verb.table} {cells}"))


def needed_columns(verb: ImportRows) -> list[str]:
    """Return the columns that a new row must bring."""
    keys = [] if verb.makes_keys else [verb.key_column]
    needed = [field.column for field in verb.fields if arrivals.is_needed(field)]
    return [*keys, *needed]


def known_columns(verb: ImportRows) -> tuple[str, ...]:
    """Return the columns that a file may have; those that the database keeps are passed over."""
    return (*verb.columns, *KEPT)


def check(
    verb: ImportRows, source: BinaryIO, *, name: str, by: User, clears: bool = False
) -> ImportFile:
    """Read a CSV for one hub table, judge every row, and keep the result for a decision; nothing is imported yet.

    With `clears` an empty cell empties what is stored, where it may be empty; else it says nothing.
    Raises NotPermitted, ImportRefused (the file as a whole; status 413, 415, 422).
    """
    imports.refuse_unless_may_import(by, verb)
    file = CsvFile(
        source,
        name=name,
        known=known_columns(verb),
        nouns=verb.nouns,
        marks={"version"},
    )
    if not verb.makes_keys and verb.key_column not in file.columns:
        raise ImportRefused(
            f"{file.name} lacks the column {verb.key_column}.",
            what_to_do="Download the template: it has every column.",
        )

    def read(staging: ImportFile) -> tuple[int, str, str]:
        resource = HubResource(staging, verb, file.columns)
        for batch in batches(file):
            resource.import_data(batch)
        return file.measured.measure()

    return imports.stage(verb=verb, name=name, read=read, by=by, clears=clears)
