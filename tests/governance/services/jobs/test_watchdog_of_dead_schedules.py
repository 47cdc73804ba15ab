"""A schedule that is dead or stands still: the watchdog says so, and what was due is made up once when it goes on."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone

from governance.models import JobRun, Lapse, Schedule
from governance.queries.jobs import duetimes
from governance.services.jobs import runs, schedules
from tests.browser import wait_for
from tests.servers import ROOT, SERVERS
from tests.workers import working

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")
JOB = "tidy_up"
DAY = timedelta(days=1)
LOOKED = "governance.tasks.start_due_jobs"


def scheduled(minutes: int) -> Schedule:
    """The only schedule that is on, without grace, as if it had been in force for days."""
    Schedule.objects.exclude(job=JOB).update(is_on=False)
    facts = {"every_minutes": minutes, "grace_minutes": 0, "enforced_at": timezone.now() - 5 * DAY}
    Schedule.objects.filter(job=JOB).update(**facts)
    return Schedule.objects.get(job=JOB)


@contextlib.contextmanager
def beating() -> Iterator[subprocess.Popen]:
    """Run the schedule with short periods; nobody starts it anew."""
    command = [sys.executable, "-m", "celery", "--app=tests.quickbeat", "beat", "--pidfile="]
    with (SERVERS.work / "beat.log").open("wb") as log:
        beat = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=log, stderr=log)
    try:
        yield beat
    finally:
        beat.kill()
        beat.wait(10)


def ended() -> list[datetime]:
    """The due moments that have a finished run."""
    done = JobRun.objects.filter(job=JOB, finished_at__isnull=False)
    return list(done.order_by("pk").values_list("due_at", flat=True))


def looks(log: Path) -> int:
    """How often the worker has looked for due jobs to the end."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return sum(
        line.get("task") == LOOKED and "succeeded" in str(line.get("event")) for line in lines
    )


def looked_on(log: Path) -> None:
    """Wait until the schedule has had its look a few times more."""
    before = looks(log)
    wait_for(lambda: looks(log) > before + 2, seconds=120)


def pass_by(time: timedelta) -> None:
    """Let time pass for what is written down: the clock stays."""
    JobRun.objects.update(due_at=F("due_at") - time)
    Schedule.objects.update(enforced_at=F("enforced_at") - time)


def test_one_that_stands_still_is_noticed_by_the_worker_and_made_up_for_once(monkeypatch):
    monkeypatch.setenv("WATCH_EVERY", "0.2")
    schedule = scheduled(24 * 60)
    # nothing is late before the schedule stands still: a moment is noticed once
    (run,) = schedules.start_due(at=timezone.now())
    runs.carry_on(run.pk)

    with working() as log, beating() as beat:
        looked_on(log)
        beat.send_signal(signal.SIGSTOP)
        pass_by(2 * DAY)
        lapse = wait_for(Lapse.objects.first, seconds=30)
        while_it_stood = ended()
        beat.send_signal(signal.SIGCONT)
        wait_for(lambda: len(ended()) > 1, seconds=120)
        looked_on(log)

    due = duetimes.latest(schedule, timezone.now())
    assert (len(while_it_stood), ended()[1:]) == (1, [due])
    assert (lapse.job, lapse.due_at) == (JOB, due)
    assert lapse.noticed_by.startswith("celery@")


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_for_two_real_periods_it_is_noticed_within_one_and_made_up_for_once(number):
    schedule = scheduled(1)

    with working() as log, beating() as beat:
        wait_for(ended, seconds=180)
        before = len(ended())
        beat.send_signal(number)
        stopped = timezone.now()
        first = duetimes.following(schedule, stopped)
        lapse = wait_for(lambda: Lapse.objects.filter(due_at=first).first(), seconds=150)
        second = duetimes.following(schedule, first)
        wait_for(lambda: timezone.now() > second + timedelta(seconds=1), seconds=90)
        while_it_stood = ended()[before:]
        with beating() if number == signal.SIGKILL else contextlib.nullcontext():
            beat.send_signal(signal.SIGCONT)
            wait_for(lambda: len(ended()) > before, seconds=150)
            looked_on(log)
        made_up = ended()[before:]

    assert while_it_stood == []
    assert lapse.noticed_at - first < timedelta(minutes=1)
    # the last that was missed, which is the second unless going on took a further minute
    assert made_up[0] >= second
    assert first not in made_up and len(set(made_up)) == len(made_up)
