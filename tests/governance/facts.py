"""What tests read of operations: outcomes by row, events, and the bytes of rows."""

from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Count

from governance.models import Event, Operation

SUM_OF_OUTCOMES = """
SELECT o.planned, count(*) FILTER (WHERE i.outcome = 'applied'), count(*) FILTER (WHERE i.outcome = 'skipped'),
    count(*) FILTER (WHERE i.outcome = 'failed'), count(*) FILTER (WHERE i.outcome = 'cancelled'), o.applied, o.skipped, o.failed, o.cancelled
FROM governance_operation o JOIN governance_operationitem i ON i.plan_key = o.plan_key WHERE o.id = %s GROUP BY o.id"""


def key_of(subject: str) -> UUID | int:
    """A key as its row has it."""
    return int(subject) if subject.isdigit() else UUID(subject)


def outcomes(operation: Operation) -> dict[UUID | int, tuple[str, str | None]]:
    """Outcome and reason by row."""
    return {
        key_of(subject): (outcome, reason)
        for subject, outcome, reason in operation.items.values_list(
            "subject_id", "outcome", "reason"
        )
    }


def applied(operation: Operation) -> set[UUID]:
    """The rows it changed."""
    found = operation.items.filter(outcome="applied").values_list("subject_id", flat=True)
    return set(map(UUID, found))


def events(operation: Operation) -> dict[UUID, int]:
    """How many events each row has from this operation."""
    found = (
        Event.objects.filter(operation_id=operation.pk)
        .values("subject_id")
        .annotate(times=Count("id"))
    )
    return {row["subject_id"]: row["times"] for row in found}


def adds_up(operation: Operation) -> bool:
    """P2 in one query: the outcomes of the rows are the plan, and the counters say the same."""
    with connection.cursor() as cursor:
        cursor.execute(SUM_OF_OUTCOMES, [operation.pk])
        planned, *figures = cursor.fetchone()
    return sum(figures[:4]) == planned and figures[:4] == figures[4:]


def bytes_of(model: type[models.Model], *, but: Any = (), without: str = "'{}'") -> str:
    """A digest of every row of a table but some, column by column; `without` is an array of columns left out."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(coalesce(string_agg((to_jsonb(t) - {without}::text[])::text, ',' ORDER BY {key}), '')) FROM {table} t WHERE NOT {key} = ANY (%s)",
            [list(but)],
        )
        return cursor.fetchone()[0]
