"""The account of every error: live + archived + purged = ever created."""

import json
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from governance.models import ReconciliationCheck

NAMED = 3


@dataclass(frozen=True)
class Account:
    """One error table; `difference` is how many rows are missing, or too many where it is negative."""

    error_table: str
    live: int
    archived: int
    purged: int
    created: int

    @property
    def difference(self) -> int:
        return self.created - self.live - self.archived - self.purged

    @property
    def balances(self) -> bool:
        return self.difference == 0


def of_tables(*, exact: bool = False) -> list[Account]:
    """Return the account of each error table by counters, or from the rows themselves. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM governance.reconciliation(%s) ORDER BY error_table",
            [exact],
        )
        return [Account(*row) for row in cursor.fetchall()]


def latest_check() -> ReconciliationCheck | None:
    """Return what the latest check found, None before the first. One query."""
    return ReconciliationCheck.objects.order_by("-at", "-id").first()


def problem(cursor: CursorWrapper) -> str:
    """Say what the latest check found to differ, empty where nothing did."""
    cursor.execute(
        """SELECT c.differing FROM governance_reconciliationcheck c
        ORDER BY c.at DESC, c.id DESC LIMIT 1"""
    )
    found = cursor.fetchone()
    differing = found[0] if found else {}
    if isinstance(differing, str):
        differing = json.loads(differing)
    if not differing:
        return ""
    told = [_said(table, missing) for table, missing in sorted(differing.items())]
    more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
    return f"errors that are not accounted for: {'; '.join(told[:NAMED])}{more}"


def _said(table: str, missing: int) -> str:
    rows = f"{abs(missing):,} {'row' if abs(missing) == 1 else 'rows'}"
    return f"{table} {f'lacks {rows}' if missing > 0 else f'has {rows} that never came'}"
