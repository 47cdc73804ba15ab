"""A clean-up that is killed in the middle is finished by whoever looks next, and reported once."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from governance.models import HubError, Operation, PlaybookRun, Report
from governance.reports import body
from governance.services.operations import turns
from governance.services.playbooks import reports
from tests import make
from tests.browser import wait_for
from tests.servers import OWNER, ROOT, SERVERS

BEHIND = "SELECT count(*) FROM pg_locks WHERE NOT granted AND %s = ANY (pg_blocking_pids(pid))"


@pytest.mark.usefixtures("committed_db")
def test_a_clean_up_killed_inside_a_chunk_is_resumed_without_a_lost_or_doubled_row():
    make.triager(username="ops")
    make.manager(username="manager")
    make.errors(3, make.DOL)
    held = make.error(make.CT, retry_count=1)
    make.errors(3, make.CT, retry_count=1)
    command = [
        sys.executable,
        "manage.py",
        "ops_cleanup",
        "--by",
        "ops",
        "--approved-by",
        "manager",
        "--json",
    ]

    with (
        psycopg.connect(SERVERS.url(OWNER, SERVERS.database), autocommit=True) as watcher,
        psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as holder,
    ):
        holder.execute("SELECT FROM governance_huberror WHERE id = %s FOR UPDATE", [held.pk])
        killed = subprocess.Popen(
            command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(
            lambda: watcher.execute(BEHIND, [holder.info.backend_pid]).fetchone()[0], seconds=60
        )
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
        wait_for(
            lambda: not watcher.execute(BEHIND, [holder.info.backend_pid]).fetchone()[0], seconds=30
        )
        holder.rollback()
    run = PlaybookRun.objects.get()
    between = list(run.operations.order_by("position").values_list("state", "applied"))[:3]
    for _ in run.operations.all():
        Operation.objects.filter(state="running").update(
            heartbeat_at=timezone.now() - timedelta(minutes=1)
        )
        turns.resume_abandoned()

    assert between == [("done", 3), ("done", 0), ("running", 0)]
    run.refresh_from_db()
    assert run.state == "done"
    assert HubError.objects.filter(version=2).count() == 7
    assert (reports.ensure_all(), reports.ensure_all(), Report.objects.count()) == (1, 0, 1)
    found = body.of(Report.objects.get())
    assert (found["reconciled"], found["audit"]) == (
        True,
        {"PARK": 3, "RETRY": 4, "RESET": 0, "total": 7},
    )
