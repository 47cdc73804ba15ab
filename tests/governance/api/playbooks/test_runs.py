"""Runs of playbooks by the API: planned of one moment, asked for, started, ended, taken back."""

import pytest

from governance.models import Approval, PlaybookRun, Violation
from governance.services.operations import command_line
from governance.services.playbooks import reports
from tests import make
from tests.callers import Caller
from tests.governance.rules import PARK_DOL, RETRY, approved, planned

pytestmark = pytest.mark.django_db

RUNS = "/api/runs/"


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(username="ops"), "triage")


def act(caller: Caller, run: int, action: str, body=None, **headers):
    return caller.post(f"{RUNS}{run}/{action}/", body, **headers)


def ready() -> PlaybookRun:
    make.errors(2, make.DOL)
    make.error(make.CT)
    return planned(PARK_DOL, RETRY)


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "once"}])
def test_a_run_is_planned_with_an_operation_a_rule(triager, key):
    make.errors(2, make.DOL)
    playbook = make.playbook([PARK_DOL, RETRY]).playbook

    answer = triager.post(RUNS, {"playbook": playbook.slug, "note": "Today."}, **key)

    said = answer.json()
    assert answer.status_code == 201 and answer["Location"] == f"{RUNS}{said['id']}/"
    assert (said["planned"], said["eligible"], said["channel"]) == (2, 2, "api")
    assert [step["verb"] for step in said["operations"]] == ["park", "retry"]
    assert (said["state"], said["gate"], said["note"]) == ("planned", "PLAYBOOK-RUN", "Today.")
    assert said["effect"]["companies"] == 2
    assert triager.get(answer["Location"]).json() == said


def test_what_cannot_be_planned_is_refused(triager):
    empty = make.playbook([RETRY]).playbook

    nothing = triager.post(RUNS, {"playbook": empty.slug})
    unknown = triager.post(RUNS, {"playbook": "none"})

    assert nothing.status_code == 422 and "No row matches" in nothing.json()["detail"]
    assert unknown.json()["errors"][0]["field"] == "playbook"
    assert not PlaybookRun.objects.exists()


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "once"}])
def test_a_start_without_its_approval_is_refused_and_on_record(triager, key):
    run = ready()

    answer = act(triager, run.pk, "start", **key)

    assert (answer.status_code, answer.json()["violation"]) == (409, "V-GATE-002")
    assert Violation.objects.get().playbook_run_id == run.pk


def test_approval_is_asked_for_by_who_planned_it():
    planner = Caller(make.triager(), "triage")
    make.error()
    run = planned(RETRY, by=planner.token.account)

    other = act(Caller(make.triager(), "triage"), run.pk, "request-approval")
    answer = act(planner, run.pk, "request-approval", {"note": "Soon."})

    assert other.status_code == 403
    assert (answer.status_code, answer.json()["run"]) == (201, run.pk)
    assert Approval.objects.get().note == "Soon."
    told = planner.get(f"{RUNS}{run.pk}/").json()
    assert (told["state"], told["approval"]["state"]) == ("awaiting", "pending")


def test_a_run_under_way_is_cancelled(triager):
    make.error()
    run = approved(RETRY)

    answer = act(triager, run.pk, "cancel")

    assert (answer.json()["state"], answer.json()["cancelled"]) == ("cancelled", 1)
    assert act(triager, run.pk, "cancel").status_code == 409


def test_a_run_that_waits_is_thrown_away(triager):
    run = ready()

    assert act(triager, run.pk, "discard").json()["state"] == "cancelled"
    assert act(triager, run.pk, "discard").status_code == 409


def test_a_run_that_has_ended_is_taken_back_as_a_whole(triager):
    run = ready()
    assert act(triager, run.pk, "undo").status_code == 409
    command_line.carry_out(run, approved_by=make.manager())
    report = reports.ensure(run.pk)

    answer = act(triager, run.pk, "undo")

    back = answer.json()
    assert (answer.status_code, back["undoes"], back["eligible"]) == (201, run.pk, 3)
    assert back["channel"] == "api" and back["operations"][0]["channel"] == "api"
    told = triager.get(f"{RUNS}{run.pk}/").json()
    assert (told["undos"], told["report"]) == ([back["id"]], report.pk)
    assert told["tiers"]["before"] and told["applied"] == 3
    assert triager.get(told["links"]["report"]).status_code == 200


def test_who_saw_another_state_changes_nothing(triager):
    run = ready()
    seen = triager.get(f"{RUNS}{run.pk}/")["ETag"]
    act(triager, run.pk, "discard")

    for action in ("start", "cancel", "discard", "undo", "request-approval"):
        assert act(triager, run.pk, action, If_Match=seen).status_code == 412


def test_runs_need_the_right_of_their_page():
    run = ready()
    viewer = Caller(make.viewer(), "triage")

    for action in ("start", "cancel", "discard", "undo", "request-approval"):
        assert act(viewer, run.pk, action).status_code == 403
    assert viewer.post(RUNS, {"playbook": run.version.playbook.slug}).status_code == 403
    assert viewer.get(f"{RUNS}{run.pk}/").status_code == 200


def test_what_happened_to_a_run_is_told(triager):
    run = ready()
    command_line.carry_out(run, approved_by=make.manager())

    moments = triager.get(f"{RUNS}{run.pk}/timeline/").json()["moments"]

    kinds = [moment["kind"] for moment in moments]
    assert kinds[-1] == "planned" and {"requested", "approved", "ended"} <= set(kinds)


def test_runs_are_listed_by_their_filter_for_the_same_price(triager, django_assert_max_num_queries):
    run = ready()
    triager.get(RUNS)
    with django_assert_max_num_queries(10) as few:
        triager.get(RUNS)
    for _ in range(5):
        make.error()
        other = planned(RETRY)
    with django_assert_max_num_queries(10) as many:
        rows = triager.get(RUNS).json()["results"]

    assert len(few) == len(many)
    assert (rows[0]["id"], rows[-1]["id"]) == (other.pk, run.pk)
    found = triager.post(f"{RUNS}search/", {"filter": {"state": "done"}})
    assert found.json()["results"] == []
    assert triager.get(f"{RUNS}?colour=red").status_code == 400
