"""Archiving at one pace whoever asks; the weekly purge of 200,000 errors against hand-written SQL; the account of a million."""

import statistics
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from governance.models import ArchivedError, Event
from governance.queries.archives import accounts, retention
from governance.services.jobs import registry, runs
from outreach_admin.db.roles import as_owner
from tests.bench.backlogs import MILLION, backlog, copy, loaded, provided
from tests.bench.test_cleanup import AUDIT
from tests.bench.visits import stretch
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.bench
ROUNDS = 3
ROWS, CHUNK = 200_000, 5_000
HALF = 7  # copies of the population that hold half a million errors
RATIO = 2.0
# an operation plans and keeps outcomes, plain SQL changes the row before it moves
PACES = 3.0
ACCOUNT_SECONDS, FORECAST_SECONDS = 2.0, 0.25
# archived a year and more ago, past their retention by up to a year
ARCHIVE = """WITH chosen AS (SELECT id FROM governance_huberror ORDER BY id LIMIT %s),
    gone AS (DELETE FROM governance_huberror e USING chosen c WHERE e.id = c.id RETURNING e.*)
    INSERT INTO governance_archivederror ({columns}, disposition,
        archived_at, archived_by, archive_reason, final_disposition, retention_expires_at)
    SELECT {columns}, 'ARCHIVED', now() - interval '2 years', 'system', 'TTL_EXPIRED', disposition,
        now() - random() * interval '365 days' FROM gone"""
# what the table's own triggers write, where they are off: search, history, manifest, account
NOTED = """, texts AS (DELETE FROM governance_errortext x USING gone g WHERE x.error_id = g.id),
    noted AS (
        INSERT INTO audit (action, entity_type, entity_id, details)
        SELECT 'PURGE', error_table, id, to_jsonb(g) - 'message_key' FROM gone g),
    listed AS (
        INSERT INTO governance_purgemanifest (txid, db_user, place, error_table, rows, ids, digest)
        SELECT pg_current_xact_id()::text::bigint, session_user, 'archive', error_table, count(*),
            array_agg(id ORDER BY id), encode(sha256(convert_to(
                string_agg(id || ':' || version, ',' ORDER BY id), 'UTF8')), 'hex')
        FROM gone GROUP BY error_table),
    counted AS (
        INSERT INTO governance_errortally (error_table, created, purged)
        SELECT error_table, 0, count(*) FROM gone GROUP BY error_table)"""
DELETE = """WITH batch AS MATERIALIZED (
        SELECT id FROM governance_archivederror WHERE retention_expires_at <= now() LIMIT %s),
    gone AS (DELETE FROM governance_archivederror a USING batch b WHERE a.id = b.id RETURNING a.*)
    {noted}
    SELECT count(*) FROM gone"""
TOLD = "SELECT set_config('outreach.actor', 'job', false), set_config('outreach.action', 'PURGE', false)"


def past_retention(scale: int) -> str:
    """Return the name of a database where so many errors lie in the archive, past their retention."""

    def fill() -> None:
        copy(loaded(scale))
        archive(ROWS)

    return provided(f"{scale}_past_retention", fill)


def archive(rows: int) -> None:
    """Let so many errors of the backlog lie in the archive, past their retention."""
    names = (field.column for field in ArchivedError._meta.concrete_fields)
    own = {"disposition", "final_disposition", "retention_expires_at"}
    columns = [name for name in names if name not in own and not name.startswith("archive")]
    with as_owner() as database, database.cursor() as cursor:
        cursor.execute(ARCHIVE.format(columns=", ".join(columns)), [rows])
        cursor.execute("VACUUM (ANALYZE) governance_archivederror, governance_huberror")


def console() -> float:
    """Plan, run and count the clean-up as its job does; seconds for all."""
    started = time.perf_counter()
    run = runs.run(registry.CLEAN_UP, trigger="command", started_by="root")
    seconds = time.perf_counter() - started
    assert sum(run.steps.get().counts.values()) == ROWS
    return seconds


def by_hand() -> float:
    """Delete the same rows in chunks; the table's own triggers keep search, history, manifest and account."""
    return chunks(DELETE.format(noted=""))


def bare() -> float:
    """Delete them with statements of our own for what the triggers keep, but for the counters of facets and months."""
    with as_owner() as database, database.cursor() as cursor:
        cursor.execute(AUDIT)
        for table in ("governance_archivederror", "governance_errortext"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return chunks(DELETE.format(noted=NOTED))


def chunks(statement: str) -> float:
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as database:
        database.execute(TOLD)
        started, deleted, count = time.perf_counter(), 0, CHUNK
        while count:
            (count,) = database.execute(statement, [CHUNK]).fetchone()
            database.commit()
            deleted += count
        seconds = time.perf_counter() - started
    assert deleted == ROWS
    return seconds


def by_operation() -> int:
    """Archive every error as the daily job does once all have expired."""
    at = timezone.now() + timedelta(days=36500)
    run = runs.run("archive_expired_errors", trigger="command", started_by="root", as_of=at)
    return sum(run.steps.get().counts.values())


def by_update() -> int:
    """Archive every error as plain SQL does, by the trigger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET archived_at = now(), disposition = 'ARCHIVED'"
        )
        return cursor.rowcount


def by_keys() -> int:
    """Archive every error as the jobs by SQL do."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT governance.archive_errors(array_agg(id), array_agg(version), 'MANUAL')
            FROM governance_huberror"""
        )
        return cursor.fetchone()[0]


def test_errors_are_archived_at_one_pace_whoever_asks(django_db_setup, django_db_blocker):
    ways = (by_operation, by_update, by_keys)
    paces: dict[str, list[float]] = {}
    with django_db_blocker.unblock():
        for way in ways * ROUNDS:
            with backlog(1):
                started = time.perf_counter()
                rows = way()
                seconds = time.perf_counter() - started
                assert ArchivedError.objects.count() == rows
            paces.setdefault(way.__name__, []).append(rows / seconds)
    found = {name: statistics.median(pace) for name, pace in paces.items()}

    told = ", ".join(f"{name} {pace:,.0f} rows/s" for name, pace in found.items())
    print(f"\narchived, {rows:,} errors: {told} (target: within {PACES} times)")
    assert max(found.values()) <= PACES * min(found.values())


def test_the_weekly_purge_costs_at_most_twice_what_hand_written_sql_does(
    django_db_setup, django_db_blocker
):
    ways = {"console": console, "by hand": by_hand, "without triggers": bare}
    rounds: list[dict[str, float]] = []
    with django_db_blocker.unblock():
        for _ in range(ROUNDS):
            taken = {}
            for name, work in ways.items():
                with backlog(HALF, kind=past_retention):
                    taken[name] = work()
                    assert all(one.balances for one in accounts.of_tables(exact=True))
                    told = Event.objects.filter(action="PURGE", before__isnull=False).count()
                    assert told == (0 if work is bare else ROWS)
            rounds.append(taken)
    over = {
        name: statistics.median(one["console"] / one[name] for one in rounds)
        for name in ("by hand", "without triggers")
    }

    print(
        f"\npurge of {ROWS:,}:",
        "  ".join(
            f"{one['console']:.1f} s / {one['by hand']:.1f} s by hand / {one['without triggers']:.1f} s by hand without triggers"
            for one in rounds
        ),
        f"ratio {over['by hand']:.2f} (target {RATIO}), {over['without triggers']:.2f} to what keeps no counters of facets and months;",
        f"PostgreSQL {connection.pg_version}",
    )
    assert over["by hand"] <= RATIO


def test_a_million_errors_are_accounted_for_and_foreseen_at_once(
    django_db_setup, django_db_blocker
):
    with django_db_blocker.unblock(), backlog(MILLION, kind=past_retention):
        taken = {}
        for name, work in {
            "by counters": accounts.of_tables,
            "exactly": lambda: accounts.of_tables(exact=True),
            "forecast": lambda: retention.forecasts(at=timezone.now()),
        }.items():
            started = time.perf_counter()
            work()
            taken[name] = time.perf_counter() - started
        stretched = stretch()
        found = accounts.of_tables(exact=True)

    told = ", ".join(f"{name} {seconds * 1000:,.0f} ms" for name, seconds in taken.items())
    print(
        f"\naccount of {sum(one.created for one in found):,} errors: {told} (targets: 2 s, 250 ms)"
    )
    assert all(one.balances for one in found)
    assert taken["by counters"] <= ACCOUNT_SECONDS * stretched
    assert taken["forecast"] <= FORECAST_SECONDS * stretched
