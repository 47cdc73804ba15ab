"""What /healthz/ answers while parts are missing, and what the overview tells of it."""

from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from outreach_admin.celery import TakeUpStep, note_housekeeping
from outreach_admin.watch import databases, disks, pulses
from tests import make
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.django_db
PARTS = [
    "database",
    "migrations",
    "transactions",
    "readiness",
    "counting",
    "jobs",
    "runs",
    "errors",
    "coverage",
    "connections",
    "redis",
    "worker",
    "schedule",
    "chores",
    "take-up",
    "slots",
    "room",
    "writes",
    "warehouse",
    "entities",
    "parts",
]
HOUR = 3600


@pytest.fixture
def worker(redis_server) -> str:
    """A worker that was seen just now."""
    pulses.record_heartbeat("worker@here")
    return "worker@here"


@pytest.fixture
def old_console(monkeypatch):
    """A console that runs for an hour."""
    monkeypatch.setattr(pulses, "STARTED", pulses.STARTED - HOUR)


def told(client, part: str) -> tuple[int, str, str]:
    answer = client.get("/healthz/")
    return answer.status_code, answer.json()["status"], answer.json()["parts"][part]


def overview(client) -> str:
    client.force_login(make.viewer())
    return client.get("/").content.decode()


def test_all_is_well_while_every_part_works(client, worker):
    answer = client.get("/healthz/")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": dict.fromkeys(PARTS, "ok")}
    assert "/healthz/" not in overview(client)


def test_a_worker_that_was_never_seen_is_named(client, redis_server):
    assert told(client, "worker") == (503, "unavailable", "no worker was seen within 60 s")
    assert "No worker was seen within 60 s" in overview(client)


def test_a_table_that_nobody_can_read_is_named_with_who_holds_it(client, worker, monkeypatch):
    monkeypatch.setattr(databases, "LOCK_MILLISECONDS", 100)

    with psycopg.connect(
        SERVERS.url(OWNER, SERVERS.database), application_name="nightly load"
    ) as other:
        other.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        status, _, said = told(client, "migrations")
        well = told(client, "database")[2]

    assert status == 503 and well == "ok"
    assert said.startswith(
        "the table django_migrations is locked by outreach_owner/nightly load since 20"
    )
    assert told(client, "migrations")[2] == "ok"


def test_who_holds_a_table_of_another_database_of_the_server_is_not_blamed():
    with SERVERS.superuser() as other, other.transaction(), connection.cursor() as cursor:
        other.execute("LOCK TABLE pg_description IN ACCESS EXCLUSIVE MODE")

        assert databases.held_table(cursor) == ""


@pytest.mark.parametrize("seconds", [-61, HOUR])
def test_a_worker_seen_too_long_ago_or_in_the_future_is_named(client, redis_server, seconds):
    now, _ = redis_server.time()
    redis_server.zadd(pulses.HEARTBEAT_KEY, {"worker@here": now + seconds})

    assert told(client, "worker")[2] == "no worker was seen within 60 s"


def test_a_worker_that_ended_is_named_at_once(client, worker):
    pulses.forget_heartbeat(worker)

    assert told(client, "worker")[0] == 503


def test_redis_that_does_not_answer_is_named(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"

    answer = client.get("/healthz/")

    assert answer.status_code == 503
    assert answer.json()["parts"] == dict.fromkeys(PARTS, "ok") | {
        "redis": "Redis does not answer"
    } | dict.fromkeys(
        ("worker", "schedule", "chores", "take-up", "slots", "writes"),
        "unknown while Redis does not answer",
    )
    assert overview(client).count("/healthz/") == 1


def test_a_missing_migration_is_named_with_the_command_to_run(client, worker, monkeypatch):
    monkeypatch.setattr(
        databases, "latest_migrations", lambda: (("axes", "9999_to_come"), ("auth", "0001_initial"))
    )

    assert told(client, "migrations") == (503, "unavailable", "run `manage.py migrate`: axes")


@pytest.mark.parametrize("ended", [None, -240, HOUR])
def test_housekeeping_that_did_not_end_for_minutes_is_named(
    client, worker, redis_server, old_console, ended
):
    now, _ = redis_server.time()
    if ended is not None:
        redis_server.set(pulses.HOUSE_KEY, now + ended)

    status, _, schedule = told(client, "schedule")

    assert status == 503 and schedule.startswith("housekeeping has not ended for")
    assert "Housekeeping has not ended for" in overview(client)


def test_housekeeping_that_ended_makes_the_schedule_well(client, worker, old_console):
    note_housekeeping(SimpleNamespace(name="governance.tasks.run_operation"), result=[])
    note_housekeeping(SimpleNamespace(name="governance.tasks.keep_house"), result=None)
    before = told(client, "schedule")[0]
    note_housekeeping(SimpleNamespace(name="governance.tasks.keep_house"), result=[])

    assert (before, told(client, "schedule")) == (503, (200, "ok", "ok"))


def test_a_chore_that_failed_is_told_until_it_is_done(client, worker):
    sender = SimpleNamespace(name="governance.tasks.keep_house")
    note_housekeeping(sender, result=["writing reports fails: DataError"])
    status, word, chores = told(client, "chores")
    note_housekeeping(sender, result=[])

    assert (status, word, chores) == (200, "strained", "writing reports fails: DataError")
    assert told(client, "chores") == (200, "ok", "ok")


def test_a_console_that_has_just_begun_waits_before_it_complains(client, worker, redis_server):
    redis_server.set(pulses.HOUSE_KEY, redis_server.time()[0] - HOUR)

    assert told(client, "schedule") == (200, "ok", "ok")


def test_operations_that_nobody_can_take_up_are_named_until_they_are(client, worker):
    for _ in range(2):
        pulses.record_take_up(worker, "taking up operations fails: DataError")
    status, _, take_up = told(client, "take-up")
    page = overview(client)
    pulses.record_take_up(worker, "")

    assert (status, take_up) == (503, "taking up operations fails: DataError (2 times in a row)")
    assert "Taking up operations fails: DataError" in page
    assert told(client, "take-up") == (200, "ok", "ok")


def test_an_operation_without_progress_for_minutes_counts_as_not_taken_up():
    held = make.operation(state="running")
    type(held).objects.update(heartbeat_at=held.created_at - timedelta(minutes=6))
    step = TakeUpStep(SimpleNamespace(hostname="worker@here"))
    step.stopping.set()

    assert step.take_up() == "1 operation could not be taken up"


def test_an_operation_that_failed_for_minutes_counts_as_not_taken_up():
    make.operation(state="running", heartbeat_at=timezone.now(), failures=5)
    step = TakeUpStep(SimpleNamespace(hostname="worker@here"))
    step.stopping.set()

    assert step.take_up() == "1 operation could not be taken up"


def test_slots_that_are_all_taken_for_a_minute_are_told_and_stop_nothing(
    client, worker, redis_server, monkeypatch
):
    pulses.record_slots(worker, slots=2, busy=2)
    at_first = told(client, "slots")
    monkeypatch.setattr(pulses, "BUSY_SECONDS", -1)
    full = told(client, "slots")
    pulses.record_heartbeat("worker@there")
    pulses.record_slots("worker@there", slots=2, busy=1)

    assert at_first == (200, "ok", "ok")
    assert full[:2] == (200, "strained") and full[2].startswith("all 2 worker slots are busy")
    assert told(client, "slots") == (200, "ok", "ok")


def test_a_disk_without_room_is_named(client, worker, monkeypatch):
    monkeypatch.setattr(disks, "LEAST_MEGABYTES", 10**9)

    status, _, room = told(client, "room")

    assert status == 503 and room.startswith("no room: ")
    assert "No room: " in overview(client)


def test_a_write_that_found_no_room_is_remembered(client, worker):
    pulses.record_full_disk()

    assert told(client, "writes")[0] == 503


def test_a_transaction_that_is_open_for_hours_is_told_with_whose_it_is(client, worker, monkeypatch):
    monkeypatch.setattr(databases, "OLD_TRANSACTION", timedelta(0))
    address = SERVERS.url(OWNER, SERVERS.database)
    with psycopg.connect(address, application_name="forgotten") as other:
        other.execute("SELECT 1")

        status, word, transactions = told(client, "transactions")

        assert (status, word) == (200, "strained")
        assert f"{OWNER}, forgotten, pid {other.info.backend_pid}" in transactions
