"""The daily jobs over a million errors of which a fifth expire, against the same change as hand-written SQL; the page of jobs."""

import statistics
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from governance.models import HubError, JobRun
from governance.queries.jobs import totals
from governance.services.jobs import runs
from governance.services.operations.sql.moves import ARCHIVE_FACTS, MOVED
from outreach_admin.db.roles import as_owner
from tests import make
from tests.bench.backlogs import MILLION, backlog
from tests.bench.test_cleanup import AUDIT
from tests.bench.visits import stretch
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.bench
ROUNDS, CHUNK, RATIO = 3, 5_000, 2.0
RUNS, PAGE_MS = 10_000, 100
# four fifths never expire
SPREAD = (
    "UPDATE governance_huberror SET ttl_tier = 'INFINITE' WHERE abs(hashtext(id::text)) % 5 > 0"
)
COLUMNS = ", ".join((*MOVED, "version"))
MOVE = f"""
    WITH batch AS MATERIALIZED (
        SELECT id FROM governance_huberror WHERE expires_at <= %(at)s ORDER BY id LIMIT %(chunk)s),
    gone AS (DELETE FROM governance_huberror e USING batch b WHERE e.id = b.id RETURNING e.*),
    moved AS (
        INSERT INTO governance_archivederror ({COLUMNS}, {", ".join(ARCHIVE_FACTS)})
        SELECT {", ".join(f"g.{name}" for name in (*MOVED, "version"))}, now(), 'job', 'TTL_EXPIRED', g.disposition, now() + t.retention
        FROM gone g JOIN governance_errortable t ON t.name = g.error_table RETURNING id),
    noted AS (
        INSERT INTO audit (action, entity_type, entity_id, details)
        SELECT 'ARCHIVE', error_table, id, jsonb_build_object('outreach_id', outreach_id, 'actor', 'job', 'reason', 'TTL_EXPIRED', 'was', disposition)
        FROM gone)
    SELECT count(*) FROM moved"""


def spread() -> None:
    with as_owner() as database, database.cursor() as cursor:
        cursor.execute(SPREAD)
        cursor.execute("VACUUM (ANALYZE) governance_huberror")


def console(at) -> tuple[float, int]:
    started = time.perf_counter()
    run = runs.run("daily", trigger="command", started_by="bench", as_of=at)
    seconds = time.perf_counter() - started
    assert run.state == "done", run.fault
    return seconds, sum(totals.by_job(run)["archive_expired_errors"].values())


def by_hand(at) -> tuple[float, int]:
    """Move the same rows in the same chunks, with one audit insert each; no trigger of ours runs."""
    with as_owner() as database, database.cursor() as cursor:
        cursor.execute(AUDIT)
        for table in ("governance_huberror", "governance_archivederror"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    moved = 0
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as database:
        started = time.perf_counter()
        while count := database.execute(MOVE, {"at": at, "chunk": CHUNK}).fetchone()[0]:
            database.commit()
            moved += count
        seconds = time.perf_counter() - started
    return seconds, moved


def test_the_daily_jobs_cost_at_most_twice_hand_written_sql(django_db_setup, django_db_blocker):
    rounds = []
    with django_db_blocker.unblock():
        for _ in range(ROUNDS):
            with backlog(MILLION):
                spread()
                at = HubError.objects.latest("created_at").created_at + timedelta(days=91)
                ours, rows = console(at)
            with backlog(MILLION):
                spread()
                hand, same = by_hand(at)
            assert rows == same > 200_000
            rounds.append((ours, hand))
    ratio = statistics.median(ours / hand for ours, hand in rounds)

    print(
        f"\ndaily jobs, {rows:,} of a million expire:",
        "  ".join(f"{ours:.1f} s / {hand:.1f} s by hand" for ours, hand in rounds),
        f"ratio {ratio:.2f} (target {RATIO}), PostgreSQL {connection.pg_version}",
    )
    assert ratio <= RATIO * stretch()


@pytest.mark.django_db
def test_the_page_of_jobs_is_there_at_once_with_ten_thousand_runs(client):
    now = timezone.now()
    JobRun.objects.bulk_create(
        JobRun(
            job=("daily", "weekly")[n % 2],
            trigger="schedule",
            started_by="schedule",
            as_of=now,
            state="done",
            started_at=now,
            finished_at=now + timedelta(seconds=n % 7),
        )
        for n in range(RUNS)
    )
    client.force_login(make.triager())
    times = []
    for _ in range(40):
        for address in ("/jobs/", "/jobs/runs/"):
            started = time.perf_counter()
            assert client.get(address).status_code == 200
            times.append(1000 * (time.perf_counter() - started))
    p95 = statistics.quantiles(times, n=20)[-1]

    print(f"\njobs pages with {RUNS:,} runs: p95 {p95:.0f} ms (target {PAGE_MS})")
    assert p95 <= PAGE_MS * stretch()
