"""How companies will stand when rows of a hub table have come in, or an undo has taken them back.

Readiness follows from counts. What the rows of a plan count for is added to what is kept, and tier and
promotable follow by the expressions that the table itself has: no row is changed to find out.
"""

import re
from typing import Any, cast

from django.db import connection, models
from django.db.models import GeneratedField
from django.db.models.expressions import RawSQL

from governance.models import CompanyTarget, Operation, Outreach, Readiness
from governance.queries import arrivals
from governance.verbs.hubs import ImportRows
from outreach_admin.db.declarations import AfterStatements

# what a company target counts for: it has a trigger of its own
OF_TARGET = {
    "ct_done_rows": """governance.ct_is_done(
        execution_status, email_method, confidence_score, imo_completed_at)""",
    "ct_marketing_rows": """governance.ct_is_marketing(
        execution_status, email_method, confidence_score)""",
}
# conditions on a company's forecast f
FIGURES = {
    "companies": "true",
    "tier_changes": "f.former IS DISTINCT FROM f.later",
    "gates": "f.opens AND NOT f.was_open",
    "closes": "f.was_open AND NOT f.opens",
}
COMING = """
    SELECT e.kept AS was, p AS becomes
    FROM governance_operationitem i
    CROSS JOIN LATERAL (
        SELECT r.subject_id, r.data FROM governance_importrow r
        WHERE r.file_id = %(file)s AND r.subject_id = i.subject_id AND r.data IS NOT NULL
        LIMIT 1) r
    {stored}
    {becoming}
    WHERE i.plan_key = %(plan_key)s AND i.outcome = 'planned'"""
GOING_BACK = """
    SELECT s.kept AS was, CASE WHEN o.version IS NOT NULL THEN p END AS becomes
    FROM governance_operationitem i
    CROSS JOIN LATERAL (
        SELECT o.before, o.version FROM governance_operationitem o
        WHERE o.plan_key = %(undone)s AND o.subject_id = i.subject_id
        LIMIT 1) o
    CROSS JOIN LATERAL (
        SELECT t AS kept FROM {table} t WHERE t.{key} = {typed} LIMIT 1) s
    CROSS JOIN LATERAL jsonb_populate_record(s.kept, o.before) p
    WHERE i.plan_key = %(plan_key)s AND i.outcome = 'planned'"""
FORECAST = """
WITH planned AS MATERIALIZED ({planned}),
counted AS (
    SELECT x.outreach_id, x.by_rows, {counted}
    FROM (
        SELECT n.*, 1 AS by_rows FROM planned CROSS JOIN LATERAL (SELECT (becomes).*) n
        UNION ALL
        SELECT o.*, -1 FROM planned CROSS JOIN LATERAL (SELECT (was).*) o) x
    WHERE x.outreach_id IS NOT NULL),
moved AS (
    SELECT outreach_id, sum(by_rows) AS by_rows, {moved}
    FROM counted GROUP BY outreach_id),
standing AS (
    SELECT m.outreach_id, m.by_rows, r.tier AS former,
        coalesce(r.promotable, false) AS was_open, {standing}
    FROM moved m LEFT JOIN governance_readiness r USING (outreach_id)),
f AS (
    SELECT outreach_id, former, was_open,
        CASE WHEN {stays} THEN {tier} END AS later,
        {stays} AND {promotable} AS opens
    FROM standing)
"""


def of(operation: Operation) -> dict[str, Any]:
    """Count by figure the companies that an import of hub rows, or its undo, would move.

    `moves` lists [tier before, tier after, companies]; a company that comes in has no tier before,
    one that goes none after.
    """
    found = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in FIGURES.values())
    sql = f"SELECT f.former, f.later, {found} FROM f GROUP BY 1, 2 ORDER BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(_forecast(operation) + sql, _params(operation))
        groups = cursor.fetchall()
    counts = [group[2:] for group in groups]
    figures = {name: sum(count[place] for count in counts) for place, name in enumerate(FIGURES)}
    moves = [[former, later, rows] for former, later, rows, *_ in groups if former != later]
    return figures | {"moves": moves}


def companies_behind(operation: Operation, figure: str) -> RawSQL:
    """Return the companies behind one figure of a forecast, as things stand now."""
    sql = f"{_forecast(operation)} SELECT f.outreach_id FROM f WHERE {FIGURES[figure]}"
    return _raw(operation, sql)


def rows_behind(operation: Operation, figure: str) -> RawSQL:
    """Return the keys, as text, of the planned rows whose company is behind one figure, before or after."""
    key = arrivals.verb_of(operation).key_column
    sql = f"""{_forecast(operation)}
        SELECT coalesce((becomes).{key}, (was).{key})::text FROM planned
        WHERE EXISTS (
            SELECT FROM f
            WHERE f.outreach_id IN ((becomes).outreach_id, (was).outreach_id)
              AND {FIGURES[figure]})"""
    return _raw(operation, sql)


def _raw(operation: Operation, sql: str) -> RawSQL:
    """Write named parameters by their places, as Django asks."""
    params = _params(operation)
    named = re.compile(r"%\((\w+)\)s")
    values = [params[name] for name in named.findall(sql)]
    return RawSQL(named.sub("%s", sql), values)  # noqa: S611 - column names of our own models, values as parameters


def _forecast(operation: Operation) -> str:
    verb = arrivals.verb_of(operation)
    counts = _counts(verb)
    kept = _kept_counts()
    stays = "by_rows >= 0" if verb.model is Outreach else "true"
    return FORECAST.format(
        planned=_planned(operation, verb),
        counted=_each("(coalesce({0}, false)::int * x.by_rows) AS {1}", counts),
        moved=_each("sum({1}) AS {1}", counts),
        standing=", ".join(_later(name, name in counts) for name in kept),
        stays=stays,
        tier=_rule("tier"),
        promotable=_rule("promotable"),
    )


def _planned(operation: Operation, verb: ImportRows) -> str:
    if operation.undoes is None:
        return COMING.format(
            stored=arrivals.stored(verb),
            becoming=arrivals.becoming(verb),
        )
    return GOING_BACK.format(
        table=verb.stored_in,
        key=verb.key_column,
        typed=arrivals.typed(verb, "i.subject_id"),
    )


def _params(operation: Operation) -> dict[str, Any]:
    params: dict[str, Any] = {"plan_key": operation.plan_key}
    if operation.undoes is not None:
        return params | {"undone": operation.undoes.plan_key}
    verb = arrivals.verb_of(operation)
    # planned over stored rows, as nobody is offered, it has no file and brings nothing in
    file = getattr(operation, "import_file", None)
    return params | {
        "file": file.pk if file else None,
        "defaults": arrivals.defaults(verb),
    }


def _counts(verb: ImportRows) -> dict[str, str]:
    """Return the columns of readiness that rows of this table count for, with the condition of each."""
    if verb.model is CompanyTarget:
        return OF_TARGET
    kept = getattr(verb.model, "readiness_kept", None)
    if isinstance(kept, AfterStatements) and kept.arguments:
        column, condition = kept.arguments
        return {column: condition}
    return {}


def _each(template: str, counts: dict[str, str]) -> str:
    written = [template.format(condition, name) for name, condition in counts.items()]
    return ", ".join(written) or "NULL"


def _kept_counts() -> list[str]:
    """Return the columns that the rules of readiness read: every whole number of a company."""
    fields = Readiness._meta.concrete_fields
    return [str(field.column) for field in fields if isinstance(field, models.IntegerField)]


def _later(name: str, is_moved: bool) -> str:
    none = "governance.required_slots()" if name == "required_slots" else "0"
    added = f" + m.{name}" if is_moved else ""
    return f"coalesce(r.{name}, {none}){added} AS {name}"


def _rule(name: str) -> str:
    """Write what a derived column of readiness is, as its table has it."""
    field = cast(GeneratedField, Readiness._meta.get_field(name))
    sql, params = field.generated_sql(connection)
    with connection.cursor() as cursor:
        return str(cursor.mogrify(sql, params)) if params else sql
