"""What a plan would change for companies: blockers, gates, tiers."""

from typing import Any

from django.db import connection
from django.db.models import Sum
from django.db.models.expressions import RawSQL

from governance.models import Operation, ReadinessCount, Tier
from governance.queries.canon import clearing
from governance.queries.companies import forecasts
from governance.queries.operations import places, staged
from governance.verbs.hubs import ImportRows
from governance.verbs.registry import VERBS

PLANNED_ROWS = """
WITH planned AS (
    SELECT i.subject_id, e.outreach_id, governance.gate_of(t.hub_id) AS gate,
        governance.error_is_blocking(e.blocks, e.disposition) AS blocking, e.expires_at
    FROM governance_operationitem i
    JOIN {table} e ON e.id = i.subject_id::uuid
    JOIN governance_errortable t ON t.name = e.error_table
    WHERE i.plan_key = %(plan_key)s AND i.outcome = 'planned'),
mine AS (
    SELECT outreach_id, count(*) FILTER (WHERE blocking) AS n,
        count(*) FILTER (WHERE blocking AND gate = 'ct') AS ct,
        count(*) FILTER (WHERE blocking AND gate = 'dol') AS dol,
        count(*) FILTER (WHERE blocking AND gate = 'people') AS people
    FROM planned WHERE outreach_id IS NOT NULL GROUP BY 1)"""
# conditions on a planned row p, its company's share m and its readiness r
OF_ROWS = {
    "blocking_rows": "p.blocking",
    "expiring_48h": "p.blocking AND p.expires_at < now() + interval '48 hours'",
}
OF_COMPANIES = {
    "companies": "m.outreach_id IS NOT NULL",
    "blocked_companies": "m.n > 0",
    "closes": "m.n > 0 AND r.promotable",
    "last_blocker": "governance.unblocks(r, m.n)",
    "hubs": "governance.opens_hubs(r, m.ct)",
    "gates": "governance.opens_promotion(r, m.ct, m.dol, m.people)",
}
# what opens only where a verb clears
OPENED = ("last_blocker", "hubs", "gates")
FIGURES = (*OF_ROWS, *OF_COMPANIES)
ERROR_EFFECT = (
    PLANNED_ROWS
    + "\nSELECT {rows}, {companies} FROM mine m LEFT JOIN governance_readiness r USING (outreach_id)".format(
        rows=", ".join(
            f"(SELECT count(*) FROM planned p WHERE {condition})" for condition in OF_ROWS.values()
        ),
        companies=", ".join(
            f"count(*) FILTER (WHERE {condition})" for condition in OF_COMPANIES.values()
        ),
    )
)
COMPANIES_BEHIND = (
    PLANNED_ROWS
    + "\nSELECT m.outreach_id FROM mine m LEFT JOIN governance_readiness r USING (outreach_id) WHERE {condition}"
)
OPENINGS = (
    PLANNED_ROWS
    + """
SELECT m.outreach_id, {gates} FROM mine m JOIN governance_readiness r USING (outreach_id)
WHERE {hubs} OR {gates}""".format(hubs=OF_COMPANIES["hubs"], gates=OF_COMPANIES["gates"])
)
ROWS_BEHIND = (
    PLANNED_ROWS
    + "\nSELECT p.subject_id FROM planned p LEFT JOIN mine m USING (outreach_id) LEFT JOIN governance_readiness r USING (outreach_id) WHERE {condition}"
)


def of(operation: Operation) -> dict[str, Any]:
    """Count what `operation` would do beyond its rows, as its subject knows it, and the tiers now."""
    count = places.before(operation).resolve("effect")
    return {"tiers": tiers()} | (count(operation) if count else {})


def of_errors(operation: Operation) -> dict[str, Any]:
    """Count companies touched, last blockers lost, gates opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            ERROR_EFFECT.format(table=_source(operation)), {"plan_key": operation.plan_key}
        )
        found = dict(zip(FIGURES, cursor.fetchone(), strict=True))
    return found | {"clears": _clears(operation)}


def _clears(operation: Operation) -> bool:
    return operation.kind == Operation.Kind.VERB and VERBS[operation.verb].clears


def of_targets(operation: Operation) -> dict[str, Any]:
    """Count companies: each has one target, which blocks nothing by itself; a reset moves no tier."""
    if _is_of_file(operation):
        return of_hub_rows(operation)
    return {"companies": operation.eligible, "blocking_rows": 0}


def targets_behind(operation: Operation, figure: str) -> RawSQL | None:
    """Return the targets behind one figure of an import; a reset knows none."""
    return hub_rows_behind(operation, figure) if _is_of_file(operation) else None


def of_hub_rows(operation: Operation) -> dict[str, Any]:
    """Foresee the companies that change tier, and the gates that open and close; such rows block nothing by themselves."""
    return forecasts.of(operation) | {"blocking_rows": 0, "clears": True}


def hub_rows_behind(operation: Operation, figure: str) -> RawSQL | None:
    """Return the rows of a file, or of its undo, whose company is behind one figure."""
    if figure not in forecasts.FIGURES:
        return None
    return forecasts.rows_behind(operation, figure)


def _is_of_file(operation: Operation) -> bool:
    """Whether hub rows come in by it, or are taken back."""
    return isinstance(VERBS[operation.verb], ImportRows)


def rows_behind(operation: Operation, figure: str) -> RawSQL | None:
    """Return the subjects behind one figure of a plan, as things stand now; meant for a plan that waits.

    None where the subject knows no such rows.
    """
    find = places.before(operation).resolve("effect_rows")
    return find(operation, figure) if find else None


def errors_behind(operation: Operation, figure: str) -> RawSQL:
    """Return the errors behind one figure of a plan."""
    condition = (OF_ROWS | OF_COMPANIES)[figure]
    if figure in OF_COMPANIES and figure != "companies":
        condition = f"p.blocking AND {condition}"
    return _behind(operation, ROWS_BEHIND, condition)


def companies_behind(operation: Operation, figure: str) -> RawSQL | None:
    """Return the companies behind one figure of a plan, as things stand now; None where its subject knows none."""
    if _is_of_file(operation):
        is_known = figure in forecasts.FIGURES
        return forecasts.companies_behind(operation, figure) if is_known else None
    count = places.before(operation).resolve("effect")
    if count is clearing.of_violations:
        return clearing.companies_behind(operation, figure)
    if count is not of_errors:
        return None
    if figure in OPENED and not _clears(operation):
        return None
    return _behind(operation, COMPANIES_BEHIND, OF_COMPANIES[figure])


def openings(operation: Operation) -> RawSQL | None:
    """Return the companies that a plan over errors lets go on, each with whether to Outreach; None where it clears none."""
    if places.before(operation).resolve("effect") is not of_errors or not _clears(operation):
        return None
    return _behind(operation, OPENINGS, "")


def _behind(operation: Operation, statement: str, condition: str) -> RawSQL:
    sql = statement.format(table=_source(operation), condition=condition)
    keys = [operation.plan_key] * sql.count("%(plan_key)s")
    return RawSQL(sql.replace("%(plan_key)s", "%s"), keys)  # noqa: S611 - column names of our own models, values as parameters


def _source(operation: Operation) -> str:
    """Return where the planned rows are read: an import's are staged."""
    if operation.kind == Operation.Kind.IMPORT:
        return staged.STAGED
    return places.before(operation).model._meta.db_table


def tiers() -> dict[str, int]:
    """Return how many companies stand in each tier now, from the counters that triggers keep."""
    counted = ReadinessCount.objects.order_by().values_list("tier").annotate(companies=Sum("rows"))
    found = dict(counted)
    return {tier.value: found.get(tier.value, 0) for tier in Tier}
