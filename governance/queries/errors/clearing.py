"""What would change for companies if all errors of a filter were cleared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from governance.models import HubError
from outreach_admin.db import sessions

OUTREACH = "OUTREACH"
BEHIND_THE_ANCHOR = ("DOL", "PEOPLE", "BLOG", "BIT")
# the rules by which clearing opens what companies can be promoted to
OPENS_HUBS = "governance.opens_hubs(r, m.ct)"
OPENS_OUTREACH = "governance.opens_promotion(r, m.ct, m.dol, m.people)"
OPENS = dict.fromkeys(BEHIND_THE_ANCHOR, OPENS_HUBS) | {OUTREACH: OPENS_OUTREACH}
TARGETS = (
    ("DOL", "DOL"),
    ("PEOPLE", "People"),
    ("BLOG", "Blog"),
    ("BIT", "BIT"),
    (OUTREACH, "Outreach"),
)
# what each error table blocks is worked out once, not for each error
BY_COMPANY = """
WITH gates AS MATERIALIZED (
    SELECT name, gate = 'ct' AS ct, gate = 'dol' AS dol, gate = 'people' AS people
    FROM (SELECT name, governance.gate_of(hub_id) AS gate FROM governance_errortable) t),
mine AS (
    SELECT e.outreach_id,
        count(*) FILTER (WHERE e.blocking) AS n,
        count(*) FILTER (WHERE e.blocking AND e.ct) AS ct,
        count(*) FILTER (WHERE e.blocking AND e.dol) AS dol,
        count(*) FILTER (WHERE e.blocking AND e.people) AS people
    FROM (
        SELECT x.outreach_id, g.ct, g.dol, g.people,
            governance.error_is_blocking(x.blocks, x.disposition) AS blocking
        FROM ({errors}) x JOIN gates g ON g.name = x.error_table) e
    GROUP BY 1)"""
FIGURES = f"""
SELECT count(*), count(*) FILTER (WHERE m.n > 0),
    count(*) FILTER (WHERE {OPENS_HUBS}),
    count(*) FILTER (WHERE {OPENS_OUTREACH})
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
    """Count what clearing these errors would change, as things stand. One statement.

    It has room for a million companies in memory: with less, they are written to disk and read again.
    """
    sql, params = _by_company(errors)
    with transaction.atomic(), connection.cursor() as cursor:
        sessions.give_memory(cursor, megabytes=128)
        cursor.execute(sql + FIGURES, params)
        companies, held, hubs, outreach = cursor.fetchone()
    by_target = dict.fromkeys(BEHIND_THE_ANCHOR, hubs) | {OUTREACH: outreach}
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
