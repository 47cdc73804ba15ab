"""A run of the daily jobs that is killed, at any step, is carried on by the next and changes each row once."""

import os
import random
import signal
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from governance.models import ArchivedError, Event, HubError, JobRun
from governance.queries.jobs import totals
from governance.services.jobs import runs
from tests import make
from tests.browser import wait_for
from tests.governance.management.test_killed_cleanup import BEHIND
from tests.servers import OWNER, ROOT, SERVERS

EVENTS = "SELECT count(*) FROM governance_event WHERE channel = 'job'"
# for a moment that has passed long ago retention is counted from the clock, which goes on
STATE = """
    SELECT md5(string_agg((s - ARRAY['version', 'updated_at', 'retention_expires_at'])::text, '|'
        ORDER BY s->>'error_table', s->>'id'))
    FROM (SELECT to_jsonb(e) FROM governance_huberror e
        UNION ALL SELECT to_jsonb(a) FROM governance_archivederror a) t (s)"""
YEAR = timedelta(days=364)


def begun(at: str) -> subprocess.Popen:
    """The daily jobs as a process of their own."""
    command = [sys.executable, "manage.py", "governance_jobs", "daily", "--now", at]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=quiet, stderr=quiet)


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def alone(at) -> JobRun:
    """Run the daily jobs here, once nobody else does."""
    return runs.run("daily", trigger="command", started_by="root", as_of=at)


def checksum() -> str:
    """All errors, live and archived, in one figure."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("committed_db")
def test_killed_in_each_of_its_steps_a_run_is_carried_on_and_changes_each_row_once():
    at = timezone.now()
    rows = [
        make.error(created_at=at - timedelta(days=31)),
        make.error(retry_count=3),
        make.error(disposition="PARKED", parked_at=at - timedelta(days=8)),
    ]

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database), autocommit=True) as watcher:
        for row in rows:
            with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as holder:
                holder.execute("SELECT FROM governance_huberror WHERE id = %s FOR UPDATE", [row.pk])
                pid = holder.info.backend_pid
                process = begun(at.isoformat())
                wait_for(lambda: watcher.execute(BEHIND, [pid]).fetchone()[0], seconds=60)  # noqa: B023
                kill(process)
    after = alone(at)

    died, last = JobRun.objects.order_by("pk")
    assert (last, died.state, last.state) == (after, "done", "done")
    assert [sum(tables.values()) for tables in totals.by_job(died).values()] == [1, 1, 1]
    assert [sum(tables.values()) for tables in totals.by_job(last).values()] == [0, 0, 0]
    assert Event.objects.filter(channel="job").count() == 3
    assert ArchivedError.objects.get().pk == rows[0].pk
    assert set(HubError.objects.values_list("escalation_level", flat=True)) == {1, 3}


@pytest.mark.soak
@pytest.mark.usefixtures("committed_backlog")
def test_killed_ten_times_at_random_moments_a_run_ends_as_an_undisturbed_one():
    at = HubError.objects.latest("created_at").created_at + timedelta(days=31)
    with transaction.atomic():
        alone(at)
        wanted = checksum()
        transaction.set_rollback(True)
    thresholds = sorted(random.sample(range(35_000), 10))

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database), autocommit=True) as watcher:
        for most in thresholds:
            process = begun(at.isoformat())
            wait_for(
                lambda: watcher.execute(EVENTS).fetchone()[0] > most or process.poll() is not None,  # noqa: B023
                seconds=120,
            )
            kill(process)
    alone(at)

    assert checksum() == wanted
    assert not ArchivedError.objects.filter(retention_expires_at__lt=timezone.now() + YEAR).exists()
    assert set(JobRun.objects.values_list("state", flat=True)) == {"done"}
