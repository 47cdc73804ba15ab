"""Runs of a playbook: all plans made at one moment, one approval over them, executed in order.

Locks are taken in one order everywhere: the operation under way, then its run, then the next operation.
"""

import json
from typing import Any

from django.db import connection

from governance.queries.operations import effects


def snapshot() -> dict[str, Any]:
    """Return what a report compares before and after: tiers, why companies are not ready, fingerprints (governance/sql/runs.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.run_snapshot()::text")
        fingerprints: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return {"tiers": effects.tiers(), **fingerprints}
