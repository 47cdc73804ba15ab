"""The weekly purge of 200,000 archived errors against hand-written SQL with history; the account and the forecast of a million."""

import statistics
import time

import psycopg
import pytest
from django.utils import timezone

from governance.models import ArchivedError
from governance.queries.archives import accounts, retention
from governance.services.jobs import registry, runs
from outreach_admin.db.roles import as_owner
from tests.bench.backlogs import MILLION, backlog
from tests.bench.test_cleanup import AUDIT
from tests.bench.visits import stretch
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.bench
ROUNDS = 3
ROWS, CHUNK = 200_000, 5_000
HALF = 7  # copies of the population that hold half a million errors
RATIO = 2.0
ACCOUNT_SECONDS, FORECAST_SECONDS = 2.0, 0.25
# archived a year and more ago, past their retention by up to a year
ARCHIVE = """WITH chosen AS (SELECT id FROM governance_huberror ORDER BY id LIMIT %s),
    gone AS (DELETE FROM governance_huberror e USING chosen c WHERE e.id = c.id RETURNING e.*)
    INSERT INTO governance_archivederror ({columns}, disposition,
        archived_at, archived_by, archive_reason, final_disposition, retention_expires_at)
    SELECT {columns}, 'ARCHIVED', now() - interval '2 years', 'system', 'TTL_EXPIRED', disposition,
        now() - random() * interval '365 days' FROM gone"""
BY_HAND = """WITH batch AS MATERIALIZED (
        SELECT id FROM governance_archivederror WHERE retention_expires_at <= now() LIMIT %s),
    gone AS (DELETE FROM governance_archivederror a USING batch b WHERE a.id = b.id RETURNING a.*),
    texts AS (DELETE FROM governance_errortext x USING gone g WHERE x.error_id = g.id),
    noted AS (
        INSERT INTO audit (action, entity_type, entity_id, details)
        SELECT 'PURGE', error_table, id, to_jsonb(g) - 'message_key' FROM gone g)
    SELECT count(*) FROM gone"""


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
    """Delete the same rows in chunks, each kept whole in an audit table; no trigger of ours runs."""
    with as_owner() as database, database.cursor() as cursor:
        cursor.execute(AUDIT)
        for table in ("governance_archivederror", "governance_errortext"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as database:
        started, deleted, count = time.perf_counter(), 0, CHUNK
        while count:
            (count,) = database.execute(BY_HAND, [CHUNK]).fetchone()
            database.commit()
            deleted += count
        seconds = time.perf_counter() - started
    assert deleted == ROWS
    return seconds


def test_the_weekly_purge_costs_at_most_twice_what_hand_written_sql_does(
    django_db_setup, django_db_blocker
):
    rounds: list[tuple[float, float]] = []
    with django_db_blocker.unblock():
        for _ in range(ROUNDS):
            with backlog(HALF):
                archive(ROWS)
                ours = console()
            with backlog(HALF):
                archive(ROWS)
                rounds.append((ours, by_hand()))
    ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(mine / hand for mine, hand in rounds)

    print(
        f"\npurge of {ROWS:,}: planned and run in {ours:.2f} s, {ROWS / ours:,.0f} rows/s; by hand {theirs:.2f} s; {ratio:.2f} times as long (target {RATIO})"
    )
    assert ratio <= RATIO


def test_a_million_errors_are_accounted_for_and_foreseen_at_once(
    django_db_setup, django_db_blocker
):
    with django_db_blocker.unblock(), backlog(MILLION):
        archive(ROWS)
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
    print(f"\naccount of {sum(one.created for one in found):,} errors: {told}")
    assert all(one.balances for one in found)
    assert taken["by counters"] <= ACCOUNT_SECONDS * stretched
    assert taken["forecast"] <= FORECAST_SECONDS * stretched
