"""What every import shares: batches of a file, read by django-import-export and staged at once."""

import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from import_export import fields, resources
from import_export.results import Result, RowResult
from tablib import Dataset

from governance.models import ImportFile, ImportRow
from governance.resources import widgets
from governance.resources.csvfiles import CsvFile
from governance.services.files import imports

BATCH = 1_000
# of a batch, beside the columns of its file: the number of a row, its cells where they do not fit
NUMBER, TORN = "#", ""
SHOWN_LETTERS = 200


def column(name: str, widget: widgets.Cell, *, keeps_nothing: bool = False) -> fields.Field:
    """Declare a column whose name is that of the record; `keeps_nothing` takes an empty cell for a value."""
    return fields.Field(
        column_name=name,
        attribute=name,
        widget=widget,
        saves_null_values=keeps_nothing,
    )


class StagedRow(SimpleNamespace):
    """A row being read: the columns it was given."""

    def __str__(self) -> str:
        return "row of a file"


class StagingResource(resources.Resource):
    """Reads a batch of rows and stages it at once, good rows and bad ones; a dry run only reads."""

    class Meta:
        model = ImportRow
        # the service holds one transaction around all batches of a file
        use_transactions = False
        # what is stored is compared set by set, by the service
        skip_diff = True
        store_instance = True
        store_row_values = True

    def __init__(self, file: ImportFile) -> None:
        super().__init__()
        self.file = file

    def get_import_id_fields(self) -> list[str]:
        """Ask for no ids where the file has none."""
        return [name for name in super().get_import_id_fields() if name in self.fields]

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a row whose cells cannot be told apart."""
        if row[TORN]:
            width = len(row) - len((NUMBER, TORN))
            raise ValidationError(
                {TORN: f"The row has {len(row[TORN])} cells, the header {width}."}
            )

    def init_instance(self, row: Any = None) -> Any:
        return StagedRow()

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """Leave it to `after_import`, which stages the whole batch."""

    def after_import(self, dataset: Dataset, result: Result, **kwargs: Any) -> None:
        """Stage the batch; what breaks while it is read drops the whole file."""
        for broken in result.error_rows:
            raise broken.errors[0].error
        rows = [self.staged(row) for row in result.rows]
        self.complete(rows)
        imports.keep(rows)

    def handle_import_error(self, result: Result, error: Any, raise_errors: bool = False) -> None:
        """Let through what breaks: it is no problem of a row, and drops the whole file."""
        raise error

    def staged(self, read: RowResult) -> ImportRow:
        """Return a row as it is kept: what will be stored, or its problems."""
        raise NotImplementedError

    def complete(self, rows: list[ImportRow]) -> None:
        """Add to the rows of a batch what follows from stored ones."""


def batches(file: CsvFile) -> Iterator[Dataset]:
    """Read the file batch by batch, so that memory does not grow with it."""
    rows = iter(file)
    headers = [NUMBER, TORN, *file.columns]
    while batch := list(itertools.islice(rows, BATCH)):
        yield Dataset(
            *(_fitted(number, record, len(file.columns)) for number, record in batch),
            headers=headers,
        )


def _fitted(number: int, record: list[str], width: int) -> tuple[Any, ...]:
    if any(record[width:]):
        return (number, record, *[""] * width)
    return (number, None, *record[:width])


def problems_of(read: RowResult, *, hidden: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return column, value and sentence of everything that is wrong with a row; `hidden` values are left out.

    Of a torn row nobody knows which cell is the hidden one.
    """
    unseen = {*hidden, TORN} if hidden else set()
    return [
        {
            "column": name,
            "value": "" if name in unseen else shown(read.row_values, name),
            "problem": " ".join(sentences),
        }
        for name, sentences in read.validation_error.message_dict.items()
    ]


def id_of(text: str) -> str | None:
    """Return the id in a cell, none where there is none that can be read."""
    try:
        return widgets.Id().clean(text)
    except ValueError:
        return None


def shown(row: dict[str, Any], name: str) -> str:
    """Return the beginning of a cell, or of all cells of a torn row."""
    text = ", ".join(row[TORN]) if name == TORN else row.get(name, "")
    return text[:SHOWN_LETTERS]
