"""What would change for companies if all errors of a filter were cleared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from governance.models import HubError

BEHIND_THE_ANCHOR = "governance.opens_hubs(r, m.ct)"
OUTREACH = "OUTREACH"
# what companies can be promoted to, and the rule that clearing opens it
OPENS = {
    "DOL": BEHIND_THE_ANCHOR,
    "PEOPLE": BEHIND_THE_ANCHOR,
    "BLOG": BEHIND_THE_ANCHOR,
    "BIT": BEHIND_THE_ANCHOR,
    OUTREACH: "governance.opens_promotion(r, m.ct, m.dol, m.people)",
}
TARGETS = (
    ("DOL", "DOL"),
    ("PEOPLE", "People"),
    ("BLOG", "Blog"),
    ("BIT", "BIT"),
    (OUTREACH, "Outreach"),
)
BY_COMPANY = """
WITH mine AS (
    SELECT e.outreach_id,
        count(*) FILTER (WHERE e.blocking) AS n,
        count(*) FILTER (WHERE e.blocking AND e.gate = 'ct') AS ct,
        count(*) FILTER (WHERE e.blocking AND e.gate = 'dol') AS dol,
        count(*) FILTER (WHERE e.blocking AND e.gate = 'people') AS people
    FROM (
        SELECT x.outreach_id, governance.gate_of(t.hub_id) AS gate,
            governance.error_is_blocking(x.blocks, x.disposition) AS blocking
        FROM ({errors}) x JOIN governance_errortable t ON t.name = x.error_table) e
    GROUP BY 1)"""
FIGURES = """
SELECT count(*), count(*) FILTER (WHERE m.n > 0), {targets}
FROM mine m JOIN governance_readiness r USING (outreach_id)"""
FREED = """
SELECT m.outreach_id FROM mine m JOIN governance_readiness r USING (outreach_id) WHERE {opens}"""


@dataclass(frozen=True)
class Clearing:
    """What clearing would change.

    `companies` have errors of the filter, `held` a blocking one;
    `freed`: by target, those that could be promoted to it then and cannot now.
    """

    companies: int
    held: int
    freed: Mapping[str, int]


def of(errors: models.QuerySet[HubError]) -> Clearing:
    """Count what clearing these errors would change, as things stand. One statement."""
    rules = ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in OPENS.values())
    sql, params = _by_company(errors)
    with connection.cursor() as cursor:
        cursor.execute(sql + FIGURES.format(targets=rules), params)
        companies, held, *freed = cursor.fetchone()
    by_target = dict(zip(OPENS, freed, strict=True))
    return Clearing(companies, held, by_target)


def freed(errors: models.QuerySet[HubError], target: str) -> RawSQL:
    """Return the companies that clearing these errors would let go on to `target`."""
    sql, params = _by_company(errors)
    statement = sql + FREED.format(opens=OPENS[target])
    return RawSQL(statement, params)  # noqa: S611 - our own text, values as parameters


def _by_company(errors: models.QuerySet[HubError]) -> tuple[str, tuple[Any, ...]]:
    columns = ("outreach_id", "error_table", "blocks", "disposition")
    rows = errors.filter(outreach__isnull=False).order_by().values(*columns)
    sql, params = rows.query.sql_with_params()
    return BY_COMPANY.format(errors=sql), params
