"""Workers killed while they write a scheduled export: its moment has one file, no half one is offered, and its owner is told once."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from governance.models import ExportFile, ScheduledExport
from governance.queries import scheduledexports as queries
from governance.resources import exports as resources
from governance.services.files import drafts, exports
from tests.browser import wait_for
from tests.governance.services.files.due import at, daily, due
from tests.servers import ROOT

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")
ROWS = 6_000
COMPANIES = """INSERT INTO governance_outreach
        (outreach_id, sovereign_id, domain, created_at, updated_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 'company' || n || '.example', now(), now()
    FROM generate_series(1, %s) n"""
# gets ready once; each file is written by a process of its own, which can be killed
WRITERS = """
import os, signal, sys
import django
django.setup()
from governance.resources import exports
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        exports.write_file(int(line))
        os._exit(0)
    print(pid, flush=True)
"""


class Writers:
    """Workers that write one file each, and are killed at a moment."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process

    def killed(self, file: ExportFile, when: Callable[[ExportFile], bool]) -> None:
        """Let one write this file, kill it then, and have the file taken up as that of a lost one."""
        self.process.stdin.write(f"{file.pk}\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        wait_for(lambda: when(ExportFile.objects.get(pk=file.pk)), seconds=60)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), seconds=60)
        file.refresh_from_db()
        assert (file.state, file.path, file.digest) == ("running", "", "")
        exports.take_up(silent_for=timedelta(0))


@pytest.fixture
def writers() -> Iterator[Writers]:
    with connection.cursor() as cursor:
        cursor.execute(COMPANIES, [ROWS])
    command = [sys.executable, "-c", WRITERS]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "outreach_admin.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=env, **pipes) as process:
        try:
            yield Writers(process)
        finally:
            with contextlib.suppress(OSError):
                process.stdin.close()


def drafts_of(file: ExportFile) -> list[Path]:
    return list(drafts.folder().glob(f"{file.pk}.*.part"))


def begun(file: ExportFile) -> bool:
    return file.state == "running"


def drafted(file: ExportFile) -> bool:
    return any(draft.stat().st_size for draft in drafts_of(file))


def half_written(file: ExportFile) -> bool:
    return 0 < file.written < ROWS


def told(made: ScheduledExport) -> list[ExportFile]:
    return list(queries.to_look_at(made.owner, all_of_them=False))


@pytest.mark.soak
def test_killed_three_times_it_has_failed_and_the_next_one_settles_it(writers, client):
    made = daily(subject="readiness", format="xlsx")
    (file,) = due(at(10, 6))
    for moment in (begun, drafted, half_written):
        assert told(made) == []
        writers.killed(file, moment)
        assert due(at(10, 7)) == []

    file.refresh_from_db()
    assert (file.state, file.attempts, file.note) == ("failed", 3, exports.LOST)
    assert told(made) == [file]
    client.force_login(made.owner)
    download = reverse("governance:export-download", args=[file.pk])
    assert client.get(download).status_code == 409
    page = reverse("governance:scheduledexport-detail", args=[made.pk])
    assert download not in client.get(page).content.decode()
    assert drafts_of(file) == []

    (following,) = due(at(11, 6))
    writers.killed(following, half_written)
    resources.write_file(following.pk)
    following.refresh_from_db()
    assert (following.state, following.rows, following.attempts) == ("ready", ROWS, 2)
    assert (told(made), made.files.count()) == ([], 2)
    whole = exports.path_of(following).read_bytes()
    assert (following.digest, drafts_of(following)) == (hashlib.sha256(whole).hexdigest(), [])
