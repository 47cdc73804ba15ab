"""How long archived errors stay: policies, standing approvals, and what goes in which month."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, Sum

from governance.models import ErrorTable, PurgeConsent, RetentionMonth, Schedule
from governance.queries.archives import purges

MONTHS = 13
WEEKLY = "weekly"


@dataclass
class Forecast:
    """One error table: its policy, whether its deletion is agreed to and scheduled, and its archived rows by month.

    `months` holds rows that may go, held ones apart; what is older than the first month stands in it.
    """

    table: ErrorTable
    consent: PurgeConsent | None = None
    is_left_out: bool = False
    archived: int = 0
    held: int = 0
    overdue: int = 0
    later: int = 0
    months: dict[date, int] = field(default_factory=dict)


def set_by(table: str) -> str:
    """Return the account that last set how long a table's archived errors stay, who made the table where nobody has changed it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.retention_set_by(%s)", [table])
        return str(cursor.fetchone()[0] or "")


def clean_up() -> Schedule | None:
    """Return the schedule in force of the clean-up, with its people. One query."""
    known = Schedule.objects.select_related("proposed_by", "enforced_by")
    return known.in_force().filter(job=WEEKLY).first()


def kept_because(table: str) -> str:
    """Say what keeps archived errors of a table beyond their retention; empty where they are deleted. Two queries."""
    if not PurgeConsent.objects.in_force().filter(error_table=table).exists():
        return "nobody agreed to delete such errors"
    return kept_by_schedule(table)


def kept_by_schedule(table: str) -> str:
    """Say how the schedule of the clean-up keeps a table's archived errors; empty where it does not. One query."""
    schedule = clean_up()
    if schedule is None or not schedule.is_on:
        return "the weekly clean-up is switched off"
    left_out = table in schedule.leaves_out
    return "the weekly clean-up leaves their table out" if left_out else ""


def months_from(at: datetime) -> list[date]:
    """Return the first days of this month and of those that follow, a year and a month in all."""
    start = at.year * 12 + at.month - 1
    return [date((start + n) // 12, (start + n) % 12 + 1, 1) for n in range(MONTHS)]


def forecasts(*, at: datetime, schedule: Schedule | None = None) -> list[Forecast]:
    """Foresee what each table's archive loses in which month, by the clean-up's schedule. Four queries, from counters."""
    left_out = schedule.leaves_out if schedule else []
    tables = ErrorTable.objects.select_related("hub").order_by("name")
    found = {table.name: Forecast(table, is_left_out=table.name in left_out) for table in tables}
    for consent in PurgeConsent.objects.in_force().select_related("agreed_by"):
        if consent.error_table_id in found:
            found[consent.error_table_id].consent = consent
    months = months_from(at)
    for one in found.values():
        one.months = dict.fromkeys(months, 0)
    for table, month, is_held, rows in _counted():
        if table in found:
            _add(found[table], month, rows, is_held=is_held)
    past = purges.past_retention(at)
    for group in (past.deletable, past.waiting):
        for table, rows in group.items():
            found[table].overdue += rows
    return list(found.values())


def _counted() -> list[tuple[str, date, bool, int]]:
    counted = RetentionMonth.objects.order_by().values_list("error_table", "month", "is_held")
    return [tuple(row) for row in counted.annotate(total=Sum("rows")).filter(~Q(total=0))]


def _add(one: Forecast, month: date, rows: int, *, is_held: bool) -> None:
    """Count rows where they belong: held, in their month, or after the last one."""
    one.archived += rows
    if is_held:
        one.held += rows
    elif month > max(one.months):
        one.later += rows
    else:
        one.months[max(month, min(one.months))] += rows
