"""Files for hub tables that were checked."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User

from governance.models import ImportFile, Operation
from governance.resources import hubs
from governance.services.files import imports
from governance.services.operations import runner
from governance.verbs import registry

Row = Mapping[str, Any]


def written(rows: Sequence[Row]) -> io.BytesIO:
    """A CSV with the columns of all rows."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def checked(table: str, *rows: Row, by: User, clears: bool = False) -> ImportFile:
    """A file of these rows for one table."""
    return hubs.check(
        registry.bringing_in(table),
        written(rows),
        name=f"{table}.csv",
        by=by,
        clears=clears,
    )


def brought_in(table: str, *rows: Row, by: User, clears: bool = False) -> Operation:
    """An import of these rows that has ended."""
    operation = imports.plan(checked(table, *rows, by=by, clears=clears), by=by)
    runner.run(operation)
    return operation


def problems(file: ImportFile) -> list[tuple[int, str, str]]:
    """Row, column and sentence of everything that is wrong with a file."""
    rows = file.staged.filter(problems__isnull=False).order_by("number")
    return [
        (row.number, problem["column"], problem["problem"])
        for row in rows
        for problem in row.problems
    ]
