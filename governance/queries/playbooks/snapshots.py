"""What a report compares before and after a run."""

import json
from typing import Any

from django.db import connection

from governance.queries.operations import effects


def snapshot() -> dict[str, Any]:
    """Return what a report compares before and after: tiers, why companies are not ready, fingerprints (governance/sql/functions/runs.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.run_snapshot()::text")
        fingerprints: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return {"tiers": effects.tiers(), **fingerprints}
