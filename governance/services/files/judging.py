"""What rows of a file for a hub table are beside the stored ones: set by set, no row travels to Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from governance.models import ImportFile, Outreach
from governance.queries import arrivals
from governance.verbs.hubs import ImportRows
from outreach_admin.db import limits

MISSING = "It is missing."
UNKNOWN = "No company of the spine has this outreach id."
FIXED = "It is given once, and the stored row has another."
CAME_IN = "The same row came in before and has changed since: name its {} to change it."
TAKEN = "Another row has this {} already."
SHOWN_LETTERS = 200


@dataclass(frozen=True)
class Flaw:
    """One thing that can be wrong with a row: SQL says when, the sentence is for people."""

    column: str
    condition: str
    sentence: str


def judge(file: ImportFile, verb: ImportRows) -> dict[str, int]:
    """Add to the staged rows of a file every problem that other rows or whole rows have, and compare the good ones.

    Returns how many are new, changed and unchanged, and how many of the changed lose a value. A
    row without its key is that with the same `told_by` columns, if there is one.
    """
    params: dict[str, Any] = {"file": file.pk, "defaults": arrivals.defaults(verb)}
    with connection.cursor() as cursor:
        if verb.told_by:
            cursor.execute(_find(verb), params)
        cursor.execute(_doubled(verb), params)
        for columns in verb.unique:
            cursor.execute(_doubled_values(verb, columns), params)
        cursor.execute(_flawed(verb), params)
        cursor.execute(
            """UPDATE governance_importrow SET data = NULL
            WHERE file_id = %(file)s AND problems IS NOT NULL AND data IS NOT NULL""",
            params,
        )
        cursor.execute(_compared(verb), params)
        counts = cursor.fetchone()
    return dict(zip(("new", "changed", "unchanged", "emptied"), counts, strict=True))


def _find(verb: ImportRows) -> str:
    same = " AND ".join(f"t.{name} = n.{name}" for name in verb.told_by)
    return f"""UPDATE governance_importrow r SET subject_id = f.found
        FROM (
            SELECT r.ctid AS tid, (
                SELECT t.{verb.key_column}::text FROM {verb.stored_in} t WHERE {same} LIMIT 1) AS found
            FROM governance_importrow r
            CROSS JOIN LATERAL jsonb_populate_record(NULL::{verb.stored_in}, r.data) n
            WHERE r.file_id = %(file)s AND n.{verb.key_column} IS NULL) f
        WHERE r.ctid = f.tid AND f.found IS NOT NULL"""


def _doubled(verb: ImportRows) -> str:
    """Rows of one file are joined with each other by tid alone: they have no statistics yet."""
    problem = _problem(
        verb.key_column, "r.subject_id", "format('Row %%s stands for the same row.', d.first)"
    )
    return f"""UPDATE governance_importrow r SET problems = coalesce(r.problems, '[]') || {problem}
        FROM (
            SELECT ctid AS tid, number, min(number) OVER (PARTITION BY subject_id) AS first
            FROM governance_importrow WHERE file_id = %(file)s AND subject_id IS NOT NULL) d
        WHERE d.number > d.first AND r.ctid = d.tid"""


def _doubled_values(verb: ImportRows, columns: tuple[str, ...]) -> str:
    names = " and ".join(columns)
    said = f"format('Row %%s has the same {names}.', d.first)"
    given = " AND ".join(f"p.{name} IS NOT NULL" for name in columns)
    key = f"jsonb_build_array(jsonb_build_object('column', '{verb.key_column}'))"
    return f"""UPDATE governance_importrow r
        SET problems = coalesce(r.problems, '[]') || {_problem(columns[-1], "d.shown", said)}
        FROM (
            SELECT r.ctid AS tid, r.number, p.{columns[-1]}::text AS shown,
                min(r.number) OVER (PARTITION BY {", ".join(f"p.{name}" for name in columns)}) AS first
            FROM governance_importrow r {arrivals.stored(verb)} {arrivals.becoming(verb)}
            WHERE r.file_id = %(file)s AND {given}
                AND NOT coalesce(r.problems, '[]') @> {key}) d
        WHERE d.number > d.first AND r.ctid = d.tid"""


def _problem(column: str, value: str, sentence: str) -> str:
    return f"""jsonb_build_array(jsonb_build_object(
            'column', '{column}', 'value', {value}, 'problem', {sentence}))"""


def _flawed(verb: ImportRows) -> str:
    """Ask each row for all flaws at once; a cell that could not be read is told already."""
    checks = _checks(verb)
    flaws = [*_flaws(verb), *(flaw for _, flaw in checks)]
    asked = ", ".join(f"({condition}) AS {flaw.condition}" for condition, flaw in checks)
    listed = ",\n                ".join(_listed(verb, flaw) for flaw in flaws)
    return f"""UPDATE governance_importrow r SET problems = coalesce(r.problems, '[]') || j.found
        FROM (
            SELECT r.ctid AS tid, f.found
            FROM governance_importrow r {arrivals.stored(verb)} {arrivals.becoming(verb)}
            CROSS JOIN LATERAL (SELECT {asked or "true AS none"} FROM (SELECT p.*) q) c
            CROSS JOIN LATERAL (
                SELECT jsonb_agg(jsonb_build_object(
                    'column', x.name, 'value', coalesce(x.value, ''), 'problem', x.said)) AS found
                FROM (VALUES {listed}) x (name, value, said, is_wrong)
                WHERE x.is_wrong AND NOT coalesce(r.problems, '[]')
                    @> jsonb_build_array(jsonb_build_object('column', x.name))) f
            WHERE r.file_id = %(file)s AND f.found IS NOT NULL
                AND NOT coalesce(r.problems, '[]') @> '[{{"column": ""}}]') j
        WHERE r.ctid = j.tid"""


def _listed(verb: ImportRows, flaw: Flaw) -> str:
    is_check = flaw.condition.startswith("check_")
    condition = f"NOT c.{flaw.condition}" if is_check else flaw.condition
    is_shown = flaw.column not in verb.hidden
    value = f"left(p.{flaw.column}::text, {SHOWN_LETTERS})" if is_shown else "''"
    return f"('{flaw.column}', {value}, {_quoted(flaw.sentence)}, {condition})"


def _flaws(verb: ImportRows) -> Iterator[Flaw]:
    """Say what a row may lack, name or take from others."""
    for field in verb.fields:
        name = str(field.column)
        if arrivals.is_needed(field):
            yield Flaw(name, f"p.{name} IS NULL", MISSING)
        if field.related_model is Outreach:
            yield Flaw(name, _is_unknown(name), UNKNOWN)
    for name in verb.fixed:
        differs = f"r.data ? '{name}' AND p.{name} IS DISTINCT FROM (e.kept).{name}"
        yield Flaw(name, f"{arrivals.is_there(verb)} AND {differs}", FIXED)
    for column, condition, sentence in verb.own_flaws:
        yield Flaw(column, condition, sentence)
    for columns in verb.unique:
        yield Flaw(columns[-1], _is_taken(verb, columns), TAKEN.format(" and ".join(columns)))
    if verb.makes_keys:
        yield Flaw(verb.key_column, _came_in(verb), CAME_IN.format(verb.key_column))


def _is_unknown(column: str) -> str:
    return f"""r.data ? '{column}' AND p.{column} IS NOT NULL AND NOT EXISTS (
                    SELECT FROM governance_outreach o WHERE o.outreach_id = p.{column})"""


def _is_taken(verb: ImportRows, columns: tuple[str, ...]) -> str:
    same = " AND ".join(f"t.{name} = p.{name}" for name in columns)
    return f"""EXISTS (
                    SELECT FROM {verb.stored_in} t WHERE {same} AND t.{verb.key_column} <> p.{verb.key_column})"""


def _came_in(verb: ImportRows) -> str:
    """Tell a row whose key was made of its cells, while the stored one says something else by now."""
    told = " OR ".join(f"(e.kept).{name} IS DISTINCT FROM p.{name}" for name in verb.told_by)
    return f"""{arrivals.is_there(verb)} AND NOT r.data ? '{verb.key_column}'
                    AND ({told or arrivals.differs(verb)})"""


def _checks(verb: ImportRows) -> list[tuple[str, Flaw]]:
    """Return each CHECK of the table as the database has it, and what to say where it refuses."""
    known = limits.known()
    own = {one.name: one for one in verb.model._meta.constraints}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.conname, pg_get_expr(c.conbin, c.conrelid), (
                SELECT a.attname FROM pg_attribute a
                WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1])
            FROM pg_constraint c
            WHERE c.conrelid = %s::regclass AND c.contype = 'c' ORDER BY c.conname""",
            [verb.stored_in],
        )
        return [
            (
                expression,
                Flaw(column, f"check_{place}", _said(name, known.get(name), own.get(name))),
            )
            for place, (name, expression, column) in enumerate(cursor.fetchall())
            if name not in verb.settled
        ]


def _said(name: str, limit: Any, constraint: models.BaseConstraint | None) -> str:
    if limit is not None:
        return f"It takes {limit.rule.sentence}."
    if constraint is None or constraint.violation_error_message in (
        None,
        models.BaseConstraint.default_violation_error_message,
    ):
        return f"It breaks the rule {name.replace('_', ' ')}."
    return str(constraint.violation_error_message)


def _quoted(text: str) -> str:
    """Write our own sentence as SQL."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _compared(verb: ImportRows) -> str:
    emptied = " OR ".join(
        f"(coalesce((e.kept).{field.column}::text, '') <> '' AND coalesce(p.{field.column}::text, '') = '')"
        for field in verb.fields
    )
    return f"""SELECT count(*) FILTER (WHERE NOT s.is_there),
            count(*) FILTER (WHERE s.is_there AND s.differs),
            count(*) FILTER (WHERE s.is_there AND NOT s.differs),
            count(*) FILTER (WHERE s.is_there AND s.emptied)
        FROM governance_importrow r {arrivals.stored(verb)} {arrivals.becoming(verb)}
        CROSS JOIN LATERAL (
            SELECT {arrivals.is_there(verb)} AS is_there, ({arrivals.differs(verb)}) AS differs,
                ({emptied}) AS emptied) s
        WHERE r.file_id = %(file)s AND r.data IS NOT NULL"""
