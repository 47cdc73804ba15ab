"""Rows and problems of a file that was checked."""

from collections.abc import Sequence
from typing import Any

from governance.models import ImportFile, ImportRow
from governance.queries.operations import staged


def problem_rows(file: ImportFile) -> tuple[str, list[Any], list[str]]:
    """Return the SELECT of every problem of a file, its parameters, and its columns."""
    query = """SELECT r.number, p ->> 'column', p ->> 'value', p ->> 'problem'
        FROM governance_importrow r CROSS JOIN LATERAL jsonb_array_elements(r.problems) WITH ORDINALITY AS x (p, place)
        WHERE r.file_id = %s AND r.problems IS NOT NULL"""
    return query, [file.pk], ["row", "column", "value", "problem"]


def good_rows(file: ImportFile, *, company: Sequence[str] = ()) -> tuple[str, list[Any], list[str]]:
    """Return the SELECT of the good rows of a file as they will be stored, its parameters, and its columns.

    `company` narrows them to those that name their company in one of these ways.
    """
    values = ", ".join(f"r.data ->> '{name}'" for name in staged.COLUMNS)
    query = f"SELECT r.number, r.company, {values} FROM governance_importrow r WHERE r.file_id = %s AND r.data IS NOT NULL"
    params: list[Any] = [file.pk]
    if company:
        query += " AND r.company = ANY (%s)"
        params.append(list(company))
    return query, params, ["row", "company", *staged.COLUMNS]


def first_problems(file: ImportFile, *, most: int) -> list[tuple[int, dict[str, str]]]:
    """Return number, column, value and problem of the first rows that have any, at most `most`."""
    rows = (
        ImportRow.objects.filter(file=file, problems__isnull=False)
        .order_by("number")
        .values_list("number", "problems")[:most]
    )
    return [(number, problem) for number, problems in rows for problem in problems or ()][:most]
