"""Rows and problems of a file that was checked."""

from collections.abc import Sequence
from typing import Any, cast

from governance import policies
from governance.models import ImportFile, ImportRow
from governance.queries import arrivals
from governance.queries.operations import staged
from governance.verbs import registry
from governance.verbs.hubs import ImportRows


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
    columns = columns_of(file)
    values = ", ".join(f"r.data ->> '{name}'" for name in columns)
    query = f"SELECT r.number, r.company, {values} FROM governance_importrow r WHERE r.file_id = %s AND r.data IS NOT NULL"
    params: list[Any] = [file.pk]
    if company:
        query += " AND r.company = ANY (%s)"
        params.append(list(company))
    return query, params, ["row", "company", *columns]


def columns_of(file: ImportFile) -> Sequence[str]:
    """Return the columns that rows of a file are stored in, without those that are shown nowhere."""
    verb = registry.bringing_in(file.subject)
    if not verb.updates:
        return staged.COLUMNS
    rows = cast(ImportRows, verb)
    return [name for name in rows.columns if name not in rows.hidden]


def first_problems(file: ImportFile, *, most: int) -> list[tuple[int, dict[str, str]]]:
    """Return number, column, value and problem of the first rows that have any, at most `most`."""
    rows = (
        ImportRow.objects.filter(file=file, problems__isnull=False)
        .order_by("number")
        .values_list("number", "problems")[:most]
    )
    return [(number, problem) for number, problems in rows for problem in problems or ()][:most]


def first_arrivals(file: ImportFile, *, most: int) -> list[tuple[int, str, str]]:
    """Return number, now and then of the first good rows of a file for a hub table."""
    good = file.staged.filter(problems__isnull=True).order_by("number")
    keys = {str(row.subject_id): row.number for row in good[:most]}
    told = arrivals.told_of_file(file, list(keys))
    return [(number, *told[key]) for key, number in keys.items()]


def tables_for(user: Any) -> list[ImportRows]:
    """Return what brings in rows of hub tables, as far as this person may."""
    return [
        verb
        for verb in registry.VERBS.values()
        if isinstance(verb, ImportRows) and verb.is_hub and policies.may_plan(user, verb)
    ]
