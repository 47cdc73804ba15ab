"""What a plan over violations of the tool canon would change for companies."""

from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from governance.models import Operation
from governance.verbs.registry import VERBS

PLANNED = """
WITH planned AS (
    SELECT i.subject_id, c.outreach_id, governance.gate_of(c.hub_id) AS gate,
        c.outreach_id IS NOT NULL AND governance.error_is_open(c.disposition) AS blocking,
        c.expires_at
    FROM governance_operationitem i
    JOIN governance_violationcase c ON c.id = i.subject_id::bigint
    WHERE i.plan_key = %(plan_key)s AND i.outcome = 'planned'),
mine AS (
    SELECT outreach_id, count(*) FILTER (WHERE blocking) AS n,
        count(*) FILTER (WHERE blocking AND gate = 'ct') AS ct
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
    "last_blocker": "governance.violations_unblock(r, m.n)",
    "hubs": "governance.violations_open_hubs(r, m.ct)",
    "gates": "governance.violations_open_promotion(r, m.n)",
}
# what opens only where a verb clears
OPENED = ("last_blocker", "hubs", "gates")
FIGURES = (*OF_ROWS, *OF_COMPANIES)
COUNTED = ", ".join(
    [
        *(f"(SELECT count(*) FROM planned p WHERE {one})" for one in OF_ROWS.values()),
        *(f"count(*) FILTER (WHERE {one})" for one in OF_COMPANIES.values()),
    ]
)
EFFECT = f"""{PLANNED}
SELECT {COUNTED} FROM mine m LEFT JOIN governance_readiness r USING (outreach_id)"""
COMPANIES_BEHIND = """{planned}
SELECT m.outreach_id FROM mine m LEFT JOIN governance_readiness r USING (outreach_id)
WHERE {condition}"""
ROWS_BEHIND = """{planned}
SELECT p.subject_id::bigint FROM planned p LEFT JOIN mine m USING (outreach_id)
LEFT JOIN governance_readiness r USING (outreach_id) WHERE {condition}"""


def of_violations(operation: Operation) -> dict[str, Any]:
    """Count companies touched, last blockers lost, gates opened."""
    with connection.cursor() as cursor:
        cursor.execute(EFFECT, {"plan_key": operation.plan_key})
        found = dict(zip(FIGURES, cursor.fetchone(), strict=True))
    return found | {"clears": _clears(operation)}


def violations_behind(operation: Operation, figure: str) -> RawSQL:
    """Return the violations behind one figure of a plan."""
    condition = (OF_ROWS | OF_COMPANIES)[figure]
    if figure in OF_COMPANIES and figure != "companies":
        condition = f"p.blocking AND {condition}"
    return _behind(operation, ROWS_BEHIND, condition)


def companies_behind(operation: Operation, figure: str) -> RawSQL | None:
    """Return the companies behind one figure of a plan; None where the verb opens nothing."""
    if figure in OPENED and not _clears(operation):
        return None
    return _behind(operation, COMPANIES_BEHIND, OF_COMPANIES[figure])


def _clears(operation: Operation) -> bool:
    return operation.kind == Operation.Kind.VERB and VERBS[operation.verb].clears


def _behind(operation: Operation, statement: str, condition: str) -> RawSQL:
    sql = statement.format(planned=PLANNED, condition=condition)
    text = sql.replace("%(plan_key)s", "%s")
    return RawSQL(text, [operation.plan_key])  # noqa: S611 - our own text, values as parameters
