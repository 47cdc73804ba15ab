"""How many rows of each error table a job's operation is about: from its events, or from its plan."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection
from django.db.models import Count

from governance.models import Event, Operation
from governance.queries.operations import places

PLANNED = """
    SELECT e.error_table, governance.level_asked(e.parked_at, e.retry_exhausted, %s), count(*)
    FROM governance_operationitem i JOIN {table} e ON e.id = i.subject_id::uuid
    WHERE i.plan_key = %s AND i.reason IS NULL GROUP BY 1, 2"""
Counted = tuple[dict[str, int], dict[str, dict[str, int]]]
ESCALATES = "escalate_stale"


def changed(operation: Operation) -> Counted:
    """Return the rows that it changed by error table, and by the level they reached where it escalates."""
    rows = Event.objects.filter(operation_id=operation.pk).order_by()
    found = rows.values_list("subject_type", "escalation_level").annotate(rows=Count("pk"))
    return _told(operation, found)


def planned(operation: Operation) -> Counted:
    """Return the same of rows that it would change, before it does."""
    table = places.before(operation).model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(PLANNED.format(table=table), [operation.as_of, operation.plan_key])
        return _told(operation, cursor.fetchall())


def _told(operation: Operation, found: Iterable[tuple[str, int | None, int]]) -> Counted:
    tables: Counter[str] = Counter()
    levels: dict[str, dict[str, int]] = {}
    for table, level, rows in found:
        tables[table] += rows
        if operation.verb == ESCALATES:
            levels.setdefault(table, {})[str(level)] = rows
    return dict(sorted(tables.items())), dict(sorted(levels.items()))
