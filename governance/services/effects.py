"""What a plan would change for companies: blockers, gates, tiers."""

from typing import Any

from django.db import connection
from django.db.models import Count

from governance.models import Operation, Readiness, Tier
from governance.verbs import VERBS

ERROR_EFFECT = """
WITH planned AS (
    SELECT e.outreach_id, t.hub_id, e.blocks AND e.disposition IN ('RETRY', 'PARKED') AS blocking, e.expires_at
    FROM governance_operationitem i
    JOIN {table} e ON e.id = i.subject_id
    JOIN governance_errortable t ON t.name = e.error_table
    WHERE i.operation_id = %(operation)s AND i.outcome = 'planned'),
mine AS (
    SELECT outreach_id, count(*) FILTER (WHERE blocking) AS n,
        count(*) FILTER (WHERE blocking AND hub_id = 'HUB-COMPANY-TARGET') AS ct,
        count(*) FILTER (WHERE blocking AND hub_id = 'HUB-DOL') AS dol,
        count(*) FILTER (WHERE blocking AND hub_id = 'HUB-PEOPLE') AS people
    FROM planned WHERE outreach_id IS NOT NULL GROUP BY 1)
SELECT (SELECT count(*) FROM planned WHERE blocking) AS blocking_rows,
    (SELECT count(*) FROM planned WHERE blocking AND expires_at < now() + interval '48 hours') AS expiring_48h,
    count(*) AS companies,
    count(*) FILTER (WHERE m.n > 0) AS blocked_companies,
    count(*) FILTER (WHERE m.n > 0 AND m.n = r.ct_blocking + r.dol_blocking + r.people_blocking + r.other_blocking) AS last_blocker,
    count(*) FILTER (WHERE m.n > 0 AND r.ct_done AND r.dol_done AND r.people_done
        AND r.ct_blocking = m.ct AND r.dol_blocking = m.dol AND r.people_blocking = m.people AND NOT r.promotable) AS gates
FROM mine m LEFT JOIN governance_readiness r USING (outreach_id)
"""
FIGURES = ("blocking_rows", "expiring_48h", "companies", "blocked_companies", "last_blocker", "gates")


def of(operation: Operation) -> dict[str, Any]:
    """Count what `operation` would do: companies touched, last blockers lost, gates opened, tiers before and after."""
    found: dict[str, Any] = {"tiers": tiers()}
    if operation.subject_type == "company_target":
        return found | {"companies": operation.eligible, "blocking_rows": 0}
    if operation.kind != Operation.Kind.IMPORT:
        table = VERBS[operation.verb].model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(ERROR_EFFECT.format(table=table), {"operation": operation.pk})
            found |= dict(zip(FIGURES, cursor.fetchone(), strict=True))
    return found | {"clears": VERBS[operation.verb].clears if operation.kind == Operation.Kind.VERB else False}


def tiers() -> dict[str, int]:
    """Return how many companies stand in each tier now, from the maintained rows."""
    counted = dict(Readiness.objects.values_list("tier").annotate(rows=Count("pk")))
    return {tier.value: counted.get(tier.value, 0) for tier in Tier}
