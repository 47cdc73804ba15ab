"""Schedules by the API: proposed by one person, put in force by another, in the state that was read."""

import pytest
from django.test import Client

from governance.models import ErrorTable, Event, Schedule
from governance.services.jobs import schedules
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
JOB = "/api/jobs/daily/"
PROPOSE = f"{JOB}schedule/"
LATER = {"at": "08:15", "reason": "The load ends at eight."}


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(), "triage")


@pytest.fixture
def manager() -> Caller:
    return Caller(make.manager(), "triage", "approve")


def test_a_change_is_proposed_by_one_and_put_in_force_by_another(triager, manager):
    read = triager.get(JOB)
    made = triager.post(PROPOSE, LATER | {"holds": [make.CT, make.CT]}, If_Match=read["ETag"])
    late = triager.post(PROPOSE, {"at": "09:00", "reason": "no"}, If_Match=read["ETag"])
    second = triager.post(PROPOSE, {"at": "09:00", "reason": "no"})
    location = made["Location"]
    enforced = manager.post(f"{location}enforce/", If_Match=manager.get(location)["ETag"])
    again = manager.post(f"{location}enforce/")

    said = made.json()
    assert (made.status_code, said["state"], said["words"]) == (201, "proposed", "daily, 08:15 UTC")
    assert (said["holds"], said["proposed_by"]) == ([make.CT], triager.token.account.username)
    assert (late.status_code, second.status_code) == (412, 409)
    assert enforced.json()["state"] == "in force"
    assert enforced.json()["enforced_by"] == manager.token.account.username
    assert again.status_code == 409
    assert triager.get(JOB).json()["schedule"]["id"] == said["id"]
    assert ErrorTable.objects.get(pk=make.CT).holds_expired


def test_a_job_is_switched_off_and_on_by_two_people(triager, manager):
    for is_on in (False, True):
        made = triager.post(PROPOSE, {"is_on": is_on, "reason": "maintenance"})
        manager.post(f"{made['Location']}enforce/")

        told = triager.get(JOB).json()
        assert (told["schedule"]["is_on"], bool(told["next_at"])) == (is_on, is_on)


def test_a_time_becomes_a_beat_where_what_no_longer_holds_is_null(triager):
    one = triager.post(PROPOSE, {"every_minutes": 60, "reason": "often"})
    other = triager.post(PROPOSE, {"every_minutes": 60, "at": None, "reason": "often"})

    assert one.status_code == 409 and "This is no schedule" in one.json()["detail"]
    assert (other.status_code, other.json()["at"]) == (201, None)


def test_nobody_puts_in_force_what_they_proposed_and_page_and_api_say_so_alike(manager):
    page = Client()
    page.force_login(manager.token.account)
    location = manager.post(PROPOSE, LATER)["Location"]
    proposal = Schedule.objects.proposed().get()

    refused = manager.post(f"{location}enforce/")
    shown = page.post(f"/jobs/schedules/{proposal.pk}/enforce/")

    assert (refused.status_code, shown.status_code) == (403, 403)
    assert refused.json()["detail"] in shown.content.decode()
    assert Schedule.objects.proposed().get() == proposal


def test_a_proposal_is_withdrawn_by_who_made_it_alone_or_by_who_decides(triager, manager):
    made = triager.post(PROPOSE, LATER)["Location"]
    other = Caller(make.triager(), "triage")

    refused = other.post(f"{made}withdraw/")
    withdrawn = triager.post(f"{made}withdraw/")
    gone = manager.post(f"{made}enforce/")
    decided = manager.post(f"{triager.post(PROPOSE, LATER)['Location']}withdraw/")

    assert (refused.status_code, withdrawn.json()["state"]) == (403, "withdrawn")
    assert gone.status_code == 409 and decided.json()["state"] == "withdrawn"


def test_who_changed_an_error_table_by_a_schedule_stands_in_its_history(triager, manager):
    made = triager.post(PROPOSE, LATER | {"holds": [make.CT]})
    manager.post(f"{made['Location']}enforce/")

    event = Event.objects.filter(subject_key=make.CT).latest("id")
    assert (event.actor, event.channel) == (manager.token.account.username, "api")


def test_tables_are_said_only_of_jobs_that_know_them(triager):
    weekly = triager.post("/api/jobs/weekly/schedule/", LATER | {"holds": [make.CT]})
    house = triager.post("/api/jobs/tidy_up/schedule/", {"leaves_out": [make.CT], "reason": "no"})

    assert (weekly.status_code, house.status_code) == (409, 409)
    assert "“holds”" in weekly.json()["detail"] and "leaves_out" in weekly.json()["what_to_do"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": "x" * 10_000}, 422),
        ({"reason": "\0"}, 400),
        ({"reason": "a\ud800"}, 400),
        ({"at": "24:00"}, 422),
        ({"at": "06:30Z"}, 422),
        ({"at": 6}, 422),
        ({"weekday": 7}, 422),
        ({"weekday": True}, 422),
        ({"every_minutes": 0}, 422),
        ({"every_minutes": 10**30}, 422),
        ({"grace_minutes": None}, 422),
        ({"grace_minutes": 1.5}, 422),
        ({"is_on": "off"}, 422),
        ({"time_zone": "Mars/Base"}, 409),
        ({"time_zone": "x" * 10_000}, 422),
        ({"time_zone": None}, 422),
        ({"holds": ["no.table"]}, 409),
        ({"holds": make.CT}, 422),
        ({"holds": [None]}, 422),
        ({"holds": ["x" * 10_000]}, 422),
        ({"job": "weekly"}, 400),
        ({"enforced_by": 1}, 400),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_proposed(triager, wrong, status):
    answer = triager.post(PROPOSE, LATER | wrong)

    assert answer.status_code == status, answer.json()
    assert not Schedule.objects.proposed().exists()


def test_nothing_to_change_no_schedule_and_no_job_are_told_apart(triager):
    same = triager.post(PROPOSE, {"reason": "why"})
    none = triager.post("/api/jobs/backfill/schedule/", LATER)
    gone = triager.post("/api/jobs/sweep/schedule/", LATER)

    assert "Nothing would change." in same.json()["detail"] and same.status_code == 409
    assert "There is no schedule of backfill." in none.json()["detail"]
    assert gone.status_code == 404
    for rest in ("", "enforce/", "withdraw/"):
        call = triager.get if not rest else Caller(make.manager(), "triage", "approve").post
        assert call(f"/api/jobs/schedules/999/{rest}").status_code == 404


def test_a_proposal_keeps_its_place_under_a_key(triager):
    first = triager.post(PROPOSE, LATER, Idempotency_Key="later")
    again = triager.post(PROPOSE, LATER, Idempotency_Key="later")
    schedules.withdraw(Schedule.objects.proposed().get(), by=triager.token.account)

    assert first.content == again.content and again["Idempotent-Replayed"] == "true"
