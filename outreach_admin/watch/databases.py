"""How PostgreSQL is, seen on a connection that no page can take away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader

from outreach_admin.db import upkeep, versions
from outreach_admin.db.connections import apart
from outreach_admin.db.objects import SqlObject

ANSWER_MILLISECONDS = 3000
# less than that, so that a statement that waits for a lock says so when it is given up
LOCK_MILLISECONDS = 2500
MOST_NAMED = 5
OLD_TRANSACTION = timedelta(hours=1)
# of sessions of others the running role sees the age only with pg_read_all_stats; prepared transactions are everybody's
OLDEST = """SELECT what, round(extract(epoch FROM clock_timestamp() - since) / 60)::int FROM (
        SELECT concat_ws(', ', usename, nullif(application_name, ''), 'pid ' || pid) AS what, xact_start AS since
        FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type IS DISTINCT FROM 'autovacuum worker'
        UNION ALL SELECT concat_ws(', ', owner, 'prepared as ' || gid), prepared
        FROM pg_prepared_xacts WHERE database = current_database()) t
    WHERE since < clock_timestamp() - %s ORDER BY since LIMIT 1"""

# what is held that way can be neither read nor described; temporary tables are nobody's but their session's
HELD_TABLE = """SELECT c.oid::regclass::text, concat_ws('/', a.usename, nullif(a.application_name, '')),
        to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.pid IS DISTINCT FROM pg_backend_pid() AND c.relpersistence <> 't'
    ORDER BY a.xact_start, c.relkind <> 'r' LIMIT 1"""


@contextmanager
def looking() -> Iterator[CursorWrapper]:
    """Open a connection for one look; no statement on it takes longer than three seconds, or waits longer for a lock."""
    own = apart()
    try:
        with own.cursor() as cursor:
            cursor.execute(
                """SELECT set_config('statement_timeout', %s, false),
                    set_config('lock_timeout', %s, false)""",
                [str(ANSWER_MILLISECONDS), str(LOCK_MILLISECONDS)],
            )
            yield cursor
    finally:
        own.close()


@contextmanager
def in_transaction(cursor: CursorWrapper) -> Iterator[None]:
    """Begin a transaction, or a savepoint of one: what fails in it spoils nothing else."""
    with cursor.db.wrap_database_errors, cursor.connection.transaction():
        yield


def migrations_problem(cursor: CursorWrapper) -> str:
    """Say which apps lack a migration, or which SQL objects are not of this version.

    Empty when all is as this version has it. Needs a transaction.
    """
    applied = applied_migrations(cursor)
    if foreign := versions.foreign(applied):
        return versions.sentence(foreign)
    missing = sorted({app for app, name in latest_migrations() if (app, name) not in applied})
    missing = missing or upkeep.differing_at(cursor, declared_objects())
    more = ", .." if len(missing) > MOST_NAMED else ""
    return f"run `manage.py migrate`: {', '.join(missing[:MOST_NAMED])}{more}" if missing else ""


def applied_migrations(cursor: CursorWrapper) -> set[tuple[str, str]]:
    """Read which migrations the database has had; none where nothing was migrated yet."""
    cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
    (migrated,) = cursor.fetchone()
    if not migrated:
        return set()
    cursor.execute("SELECT app, name FROM django_migrations")
    return set(cursor.fetchall())


@cache
def latest_migrations() -> tuple[tuple[str, str], ...]:
    """Return the last migration of every app, as the code has them."""
    return tuple(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


@cache
def declared_objects() -> tuple[SqlObject, ...]:
    """Return the functions, views and triggers of this version."""
    return tuple(upkeep.declared())


def old_transaction(cursor: CursorWrapper) -> str:
    """Describe the oldest transaction when it is open for more than an hour; empty when none is."""
    cursor.execute(OLDEST, [OLD_TRANSACTION])
    found = cursor.fetchone()
    if found is None:
        return ""
    what, minutes = found
    return f"a transaction is open for {lasting(minutes)} ({what}): it keeps old rows and locks"


def held_table(cursor: CursorWrapper) -> str:
    """Say which table nobody can read, and which session holds it since when; empty where there is none."""
    cursor.execute(HELD_TABLE)
    found = cursor.fetchone()
    if found is None:
        return ""
    table, who, since = found
    told = f" since {since} UTC" if since else ""
    return f"the table {table} is locked by {who or 'a prepared transaction'}{told}"


def pool_problem() -> str:
    """Say that requests wait for a connection of this process; empty when none does or there is no pool."""
    pool = connection.pool
    return pool.crowding() if pool else ""


def lasting(minutes: int) -> str:
    """Write minutes as people say them."""
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
