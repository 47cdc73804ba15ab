"""The clock of a demo's past: services act now, and what they wrote is moved to when it happened.

The owner of the tables switches their triggers off for the move alone, as the population does for
its rows: nobody else can, and no setting of a session makes the history lie.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from governance.demo import population
from governance.models import (
    Approval,
    ArchivedError,
    ErrorHour,
    Event,
    HubError,
    Operation,
    PlaybookRun,
    RetentionMonth,
)

# moments to come, and the moment that each is counted from
DEADLINES: dict[type[models.Model], tuple[str, str]] = {
    Operation: ("expires_at", "created_at"),
    PlaybookRun: ("expires_at", "created_at"),
    Approval: ("expires_at", "requested_at"),
    ArchivedError: ("retention_expires_at", "archived_at"),
    Event: ("next_retry_at", "at"),
}
TO_COME = {"expires_at", "next_retry_at", "retention_expires_at"}
# a server that counts nothing has all tables looked at
WRITTEN = """SELECT relname FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd > 0 OR current_setting('track_counts') = 'off'"""


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let what the block does have happened at `moment`: one transaction, moved there as it ends.

    Deadlines stay where they are, so that requests can be voted on; `settle` moves them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        began = _began(cursor)
        yield
        # a table cannot be altered while deferred foreign keys wait for the end
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        written = _written(cursor)
        for model in written:
            if names := _moments(model):
                _move(cursor, model, names, began, moment)
        if HubError in written:
            cursor.execute("SELECT governance.recount_errorhour()")


def backdate(model: type[models.Model], name: str, moment: datetime) -> None:
    """Let rows that were there before the past began be of `moment`, the earliest of them."""
    earliest = model._base_manager.aggregate(at=models.Min(name))["at"]
    with transaction.atomic(), connection.cursor() as cursor:
        _move(cursor, model, [name], earliest, moment)


def settle() -> None:
    """Count every deadline from the moment that it belongs to, once the past is told."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, (deadline, since) in DEADLINES.items():
            statement = "UPDATE {table} SET {deadline} = {deadline} - (now() - {since})"
            named = {"deadline": sql.Identifier(deadline), "since": sql.Identifier(since)}
            with population.silenced_triggers(cursor, [model._meta.db_table]):
                cursor.execute(sql.SQL(statement).format(table=_table(model), **named))
        cursor.execute("SELECT governance.recount_retentionmonth()")


def _began(cursor: CursorWrapper) -> datetime:
    """Return a moment that nothing written from now on is before, by whichever clock."""
    cursor.execute("SELECT now()")
    (stated,) = cursor.fetchone()
    return min(stated, timezone.now())


def _written(cursor: CursorWrapper) -> list[type[models.Model]]:
    """Return the models whose rows this transaction wrote, so that no other table is read.

    Hours and months are left out: they follow from the errors.
    """
    cursor.execute(WRITTEN)
    tables = {table for (table,) in cursor.fetchall()}
    ours = apps.get_app_config("governance").get_models()
    tables -= {ErrorHour._meta.db_table, RetentionMonth._meta.db_table}
    return [model for model in ours if model._meta.db_table in tables]


def _moments(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.DateTimeField) and field.name not in TO_COME
    ]


def _move(
    cursor: CursorWrapper,
    model: type[models.Model],
    names: list[str],
    began: datetime,
    moment: datetime,
) -> None:
    """Move the moments of a table that were written since `began`."""
    statement = sql.SQL("UPDATE {} SET {} WHERE {}").format(
        _table(model),
        sql.SQL(", ").join(_moved(name) for name in names),
        sql.SQL(" OR ").join(_since(name) for name in names),
    )
    with population.silenced_triggers(cursor, [model._meta.db_table]):
        cursor.execute(statement, {"began": began, "back": began - moment})


def _moved(name: str) -> sql.Composed:
    return sql.SQL("{0} = CASE WHEN {1} THEN {0} - %(back)s ELSE {0} END").format(
        sql.Identifier(name), _since(name)
    )


def _since(name: str) -> sql.Composed:
    return sql.SQL("{} >= %(began)s").format(sql.Identifier(name))


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)
