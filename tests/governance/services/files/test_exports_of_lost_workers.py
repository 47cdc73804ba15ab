"""Files that workers, brokers and locks get in the way of: written once, by whoever comes next."""

import os
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from governance.models import ExportFile
from governance.resources import exports as resources
from governance.services.files import exports
from outreach_admin.lists.files import copies
from tests import make
from tests.browser import wait_for
from tests.governance.services.files.asked import asked, written
from tests.servers import OWNER, ROOT, SERVERS

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")


def test_a_message_delivered_twice_writes_once():
    file = written(asked())
    first = exports.path_of(file).stat().st_mtime_ns

    resources.write_file(file.pk)

    assert exports.path_of(file).stat().st_mtime_ns == first


def test_one_file_is_written_at_a_time_and_the_next_one_follows(monkeypatch):
    sent = []
    first, second, third = asked(), asked(), asked(by=make.analyst())
    monkeypatch.setattr(exports.workers, "send", lambda task, pk: sent.append(pk) or True)
    ExportFile.objects.filter(pk=first.pk).update(
        state="running", attempts=1, heartbeat_at=timezone.now()
    )

    assert written(second).state == "queued"
    ExportFile.objects.filter(pk=first.pk).update(state="ready")

    assert written(second).state == "ready"
    assert sent == [third.pk]


def test_a_file_whose_worker_was_lost_is_written_by_another():
    make.error()
    file = asked()
    ExportFile.objects.filter(pk=file.pk).update(
        state="running",
        attempts=1,
        heartbeat_at=timezone.now() - timedelta(minutes=5),
        created_at=timezone.now() - timedelta(hours=1),
    )

    taken_up = exports.take_up()

    assert taken_up == 1
    assert (written(file).state, file.attempts) == ("ready", 2)


def test_a_sign_of_life_in_the_future_is_none(monkeypatch):
    first, second = asked(), asked(by=make.analyst())
    ahead = timezone.now() + timedelta(hours=1)
    ExportFile.objects.filter(pk=first.pk).update(state="running", attempts=1, heartbeat_at=ahead)

    assert written(second).state == "ready"
    exports.take_up()
    first.refresh_from_db()
    assert first.state == "queued"


def test_a_file_that_cannot_be_deleted_keeps_no_other_from_it():
    stuck, other = written(asked()), written(asked(by=make.analyst()))
    ExportFile.objects.update(finished_at=timezone.now() - timedelta(days=8))
    # a folder stands where the file was
    exports.path_of(stuck).unlink()
    exports.path_of(stuck).mkdir()

    with pytest.raises(ExceptionGroup, match="1 of 2 failed"):
        exports.expire()

    for file in (stuck, other):
        file.refresh_from_db()
    exports.path_of(stuck).rmdir()
    assert (stuck.state, other.state) == ("ready", "expired")


def test_a_file_that_somebody_has_locked_keeps_neither_worker_nor_house():
    make.error()
    file = asked()
    ExportFile.objects.update(created_at=timezone.now() - timedelta(hours=1), note="waits")

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT FROM governance_exportfile FOR UPDATE")
        taken = exports.take_up()
        with pytest.raises(OperationalError, match="lock timeout"):
            written(file)

    assert (taken, written(file).state) == (0, "ready")


def test_a_broker_that_is_away_is_asked_once(monkeypatch):
    tried = []
    for _ in range(2):
        asked(by=make.analyst())
    ExportFile.objects.update(created_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(exports.workers, "send", lambda task, pk: tried.append(pk) or False)

    assert exports.take_up() == 0
    assert len(tried) == 1


def test_a_living_worker_is_left_alone():
    file = asked()
    ExportFile.objects.filter(pk=file.pk).update(
        state="running", attempts=1, heartbeat_at=timezone.now()
    )

    assert exports.take_up() == 0
    file.refresh_from_db()
    assert file.state == "running"


def test_a_worker_that_was_given_up_does_not_overwrite_its_successor():
    make.error()
    file = asked()
    rows = resources.EXPORTS["errors"].rows(resources.EXPORTS["errors"].from_text(""))

    def another_took_over(file: ExportFile) -> copies.Rows:
        ExportFile.objects.filter(pk=file.pk).update(attempts=2)
        return rows

    exports.write(file.pk, rows_of=another_took_over)

    file.refresh_from_db()
    assert (file.state, file.attempts, file.path) == ("running", 2, "")


def test_three_lost_workers_are_enough():
    file = asked()
    ExportFile.objects.filter(pk=file.pk).update(
        state="running", attempts=3, heartbeat_at=timezone.now() - timedelta(minutes=5)
    )

    exports.take_up()

    file.refresh_from_db()
    assert file.state == "failed" and "lost 3 times" in file.note


ASK = """
import django
django.setup()
from django.contrib.auth.models import User
from governance.services.files import exports
exports.request(subject="errors", filter="", rows=1, by=User.objects.get())
"""


WRITE = """
import sys, django
django.setup()
from governance.resources import exports
exports.write_file(int(sys.argv[1]))
"""


def test_a_worker_killed_in_the_middle_loses_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_outreach (outreach_id, sovereign_id, domain, created_at, updated_at)
            SELECT gen_random_uuid(), gen_random_uuid(), 'company' || n || '.example', now(), now() FROM generate_series(1, 12000) n"""
        )
    file = asked(subject="readiness")
    worker = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(file.pk)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "outreach_admin.settings"},
    )
    wait_for(
        lambda: ExportFile.objects.filter(pk=file.pk, state="running", written__gt=0).exists(),
        seconds=60,
    )
    worker.kill()
    worker.wait()

    file.refresh_from_db()
    assert (file.state, file.path) == ("running", "")
    ExportFile.objects.filter(pk=file.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert exports.take_up(silent_for=timedelta(0)) == 1

    assert (written(file).state, file.rows, file.attempts) == ("ready", 12_000, 2)
    assert list(exports.path_of(file).parent.glob(f"{file.pk}.*")) == []


def test_without_redis_the_file_waits_and_says_so():
    make.analyst()
    settings = {
        "DJANGO_SETTINGS_MODULE": "outreach_admin.settings",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }

    subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=os.environ | settings,
        check=True,
        capture_output=True,
        timeout=60,
    )

    file = ExportFile.objects.get()
    assert (file.state, file.note) == ("queued", exports.WAITS)
