"""Rebuilding the maintained readiness rows from their definition."""

from django.db import connection


def rebuild() -> int:
    """Make every readiness row equal to its definition; returns how many differed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.rebuild_readiness()")
        return int(cursor.fetchone()[0])
