"""Readiness rows that differ from their definition."""

from uuid import UUID

from django.db import connection


def drift(*, limit: int = 20) -> tuple[int, list[UUID]]:
    """Return how many ids differ from the definition, and the first `limit` of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outreach_id FROM governance.readiness_drift ORDER BY outreach_id")
        found = [row[0] for row in cursor.fetchall()]
    return len(found), found[:limit]
