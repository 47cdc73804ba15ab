"""Jobs by the API: what their page says, and the same queries for any number of runs."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import JobRun, Lapse, OpenedGate, Schedule
from governance.services.jobs import registry, runs, schedules
from outreach_admin.watch import pulses
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
LIST = "/api/jobs/"


@pytest.fixture
def viewer() -> Caller:
    return Caller(make.viewer())


def test_every_job_is_listed_with_its_schedule_and_its_last_run(viewer):
    runs.run("daily", trigger="command", started_by="root", is_dry=True)
    done = runs.run("daily", trigger="command", started_by="root")

    found = {job["name"]: job for job in viewer.get(LIST).json()["results"]}
    alone = viewer.get(f"{LIST}daily/").json()

    daily, step = found["daily"], found["archive_expired_errors"]
    assert set(found) == set(registry.JOBS)
    assert daily["schedule"]["words"] == "daily, 06:00 UTC"
    assert (daily["schedule"]["state"], daily["schedule"]["at"]) == ("in force", "06:00:00")
    assert (daily["last"]["id"], daily["last"]["state"]) == (done.pk, "done")
    assert (daily["proposal"], daily["late"], daily["deletes"]) == (None, None, False)
    assert found["weekly"]["deletes"] and daily["by_table"] == ["holds", "leaves_out"]
    assert (step["within"], step["schedule"], step["next_at"]) == ("daily", None, None)
    assert "archive_expired_errors" in daily["steps"] and step["steps"] == []
    assert found["backfill"]["last"] is None and alone == daily


def test_what_is_late_off_and_proposed_is_told(viewer, monkeypatch):
    since = timezone.now() - timedelta(days=30)
    Schedule.objects.filter(job="daily").update(enforced_at=since)
    Schedule.objects.filter(job="weekly").update(is_on=False)
    monkeypatch.setattr(pulses, "STARTED", pulses.STARTED - 100_000)
    person = make.triager()
    schedules.propose("daily", by=person, at=time(8), reason="later")
    waiting = runs.ask("daily", by=person)

    daily = viewer.get(f"{LIST}daily/").json()
    weekly = viewer.get(f"{LIST}weekly/").json()

    assert daily["late"]["run"] == waiting.pk and daily["late"]["seconds"] > 0
    assert (daily["proposal"]["state"], daily["proposal"]["at"]) == ("proposed", "08:00:00")
    assert daily["proposal"]["proposed_by"] == person.username
    assert (daily["last"]["state"], daily["last"]["seconds"]) == ("waiting", None)
    assert (weekly["schedule"]["is_on"], weekly["next_at"]) == (False, None)


def test_what_was_late_within_a_week_and_what_nobody_has_looked_at_is_told(viewer):
    now = timezone.now()
    done = runs.run("daily", trigger="command", started_by="root")
    OpenedGate.objects.create(run=done, outreach=make.outreach(), opens_outreach=True)
    lapse = {"job": "tidy_up", "noticed_by": "worker@here"}
    for due_at in (now, now - timedelta(days=30)):
        Lapse.objects.create(due_at=due_at, noticed_at=due_at, **lapse)

    said = viewer.get(LIST).json()

    (told,) = said["lapses"]
    assert told | lapse | {"made_up_by": None} == told
    assert (said["gates_to_review"], said["newest_to_review"]) == (1, done.pk)


def test_a_job_that_there_is_not_is_refused_with_those_that_there_are(viewer):
    answer = viewer.get(f"{LIST}sweep/")

    assert answer.status_code == 404
    assert "There is no job sweep." in answer.json()["detail"]
    assert "daily" in answer.json()["what_to_do"]


def test_a_schedule_of_a_job_that_is_gone_is_listed_and_breaks_nothing(viewer):
    Schedule.objects.filter(job="daily").update(job="sweep")

    found = {job["name"]: job for job in viewer.get(LIST).json()["results"]}

    assert found["sweep"]["label"] == "sweep" and found["sweep"]["next_at"]
    assert found["daily"]["schedule"] is None


ODD = (
    'UPDATE governance_jobstep SET counts = \'{"a": 1e400, "b": null, "c": [1]}\'',
    "UPDATE governance_jobstep SET job = 'gone', verb = 'odd', state = 'odd'",
    "UPDATE governance_jobrun SET trigger = 'odd', started_by = '', job = 'gone'",
    "UPDATE governance_schedule SET grace_minutes = 0",
    "UPDATE governance_schedule SET at = '06:30:00.123456' WHERE at IS NOT NULL",
    "UPDATE governance_schedule SET every_minutes = 32767, at = NULL, weekday = NULL",
)


def test_what_plain_sql_wrote_oddly_breaks_no_answer(viewer):
    done = runs.run("daily", trigger="command", started_by="root")
    addresses = [LIST, f"{LIST}daily/", f"{LIST}runs/", f"{LIST}runs/{done.pk}/"]

    for statement in ODD:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        assert [viewer.get(address).status_code for address in addresses] == [200] * 4, statement


def test_many_runs_and_people_cost_as_many_queries_as_one(viewer):
    viewer.get(LIST)
    counts = []
    for number in range(2):
        for job in ("daily", "weekly", "backfill")[: 1 + 2 * number]:
            runs.run(job, trigger="command", started_by="root")
        for job in ("daily", "weekly")[: 1 + number]:
            Schedule.objects.proposed().update(ended_at=timezone.now())
            made = schedules.propose(job, by=make.manager(), at=time(8 + number), reason="later")
            schedules.enforce(made, by=make.manager())
            schedules.propose(job, by=make.manager(), at=time(18), reason="later")
        with CaptureQueriesContext(connection) as asked:
            viewer.get(LIST)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12
    assert JobRun.objects.count() == 4
