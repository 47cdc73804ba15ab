"""Running jobs and reviewing gates by the API: once under a key, refused as the page refuses."""

import pytest
from django.test import Client

from governance.models import JobRun, OpenedGate
from governance.services.jobs import runs
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
RUN = "/api/jobs/daily/run/"


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(), "triage")


def test_a_run_is_asked_for_once_under_a_key_and_carried_out_by_a_worker(triager):
    first = triager.post(RUN, {"dry": False}, Idempotency_Key="nightly-1")
    again = triager.post(RUN, {"dry": False}, Idempotency_Key="nightly-1")
    other = triager.post(RUN, {"dry": True}, Idempotency_Key="nightly-1")
    (run,) = JobRun.objects.all()
    runs.carry_on(run.pk)
    read = triager.get(first["Location"]).json()

    assert (first.status_code, first.json()["state"]) == (201, "waiting")
    assert [step["state"] for step in first.json()["steps"]] == ["waiting"] * 4
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert other.status_code == 422
    assert (run.trigger, run.started_by) == ("person", triager.token.account.username)
    assert (read["id"], read["state"], read["is_dry"]) == (run.pk, "done", False)


def test_a_second_run_is_refused_as_the_page_refuses_it_until_the_first_has_ended(triager):
    page = Client()
    page.force_login(triager.token.account)
    run = JobRun.objects.get(pk=triager.post(RUN, {"dry": True}).json()["id"])

    second = triager.post(RUN, {"dry": True})
    shown = page.post("/jobs/daily/run/", {"dry": "on"})
    runs.carry_on(run.pk)
    third = triager.post(RUN, {"dry": True})

    assert (second.status_code, shown.status_code) == (409, 409)
    assert second["Content-Type"] == "application/problem+json"
    assert second.json()["detail"] == f"{run} is under way."
    assert second.json()["detail"] in shown.content.decode()
    assert third.status_code == 201 and run.is_dry


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"dry": "true"}, 422),
        ({"dry": 1}, 422),
        ({"dry": None}, 422),
        ({"dry": True, "wet": False}, 400),
        ([True], 400),
        (b'{"dry": NaN}', 400),
        (b"\xff", 400),
    ],
)
def test_nobody_runs_anything_by_a_word_left_out_or_misread(triager, body, status):
    answer = triager.post(RUN, body)

    assert answer.status_code == status, answer.json()
    assert not JobRun.objects.exists()


def test_no_job_of_that_name_is_told_so(triager):
    assert triager.post("/api/jobs/sweep/run/", {"dry": True}).status_code == 404


def test_gates_are_reviewed_those_that_are_named_or_all(triager):
    run = runs.run("daily", trigger="command", started_by="root")
    elsewhere = runs.run("daily", trigger="command", started_by="root")
    made = [make.outreach() for _ in range(3)]
    for one in made:
        OpenedGate.objects.create(run=run, outreach=one, opens_outreach=True)
    OpenedGate.objects.create(run=elsewhere, outreach=made[0], opens_outreach=True)
    address = f"/api/jobs/runs/{run.pk}/review/"

    one = triager.post(address, {"outreach_ids": [str(made[0].pk), str(make.outreach().pk)]})
    rest = triager.post(address)
    again = triager.post(address)

    assert one.json() == {"reviewed": 1, "gates_to_review": 2}
    assert rest.json() == {"reviewed": 2, "gates_to_review": 0}
    assert again.json() == {"reviewed": 0, "gates_to_review": 0}
    left = OpenedGate.objects.filter(reviewed_at=None)
    assert left.get().run == elsewhere


@pytest.mark.parametrize(
    "wrong",
    [[], ["x"], [7], None, "all", [["a"]], ["7f3c1a9e-58f2-4a5e-9a3e-2b1d6c0e4f01"] * 10_001],
)
def test_an_empty_or_wrong_list_of_companies_reviews_none(triager, wrong):
    run = runs.run("daily", trigger="command", started_by="root", is_dry=True)
    OpenedGate.objects.create(run=run, outreach=make.outreach(), opens_outreach=True)

    answer = triager.post(f"/api/jobs/runs/{run.pk}/review/", {"outreach_ids": wrong})

    assert answer.status_code == 422, answer.json()
    assert OpenedGate.objects.filter(reviewed_at=None).exists()
    assert triager.post("/api/jobs/runs/999/review/").status_code == 404
