"""What the buttons of an operation do, for whom, and what they refuse."""

import pytest

from governance.models import HubError, Operation, Violation
from governance.services.operations import runner, steering
from tests import make
from tests.governance import facts
from tests.governance.views.desk import after, gated, planned, text, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "discard", "start"])
def test_what_has_ended_refuses_to_be_steered(client, triager, act):
    operation = planned(triager)
    runner.run(operation)

    assert client.post(url(operation, act)).status_code == 409


def test_a_result_lists_outcomes_by_reason_and_offers_the_rows_again(client, triager):
    changed, fine = make.error(), make.error()
    operation = planned(triager, [changed, fine, make.error(disposition="PARKED")])
    HubError.objects.filter(pk=changed.pk).update(owner="Platform team")
    runner.run(operation)

    page = text(client, url(operation))
    response = client.post(
        url(operation, "retry"), {"outcome": "skipped", "reason": "changed since plan"}
    )

    assert "changed since plan" in page and "already parked" in page and "Plan again" in page
    again = Operation.objects.latest("pk")
    assert response.headers["Location"] == url(again)
    assert set(facts.outcomes(again)) == {changed.pk}


def test_rows_are_not_offered_again_once_somebody_has_done_them(client, triager):
    changed = make.error()
    operation = planned(triager, [changed])
    HubError.objects.filter(pk=changed.pk).update(owner="Platform team")
    runner.run(operation)
    before = text(client, url(operation))

    runner.run(planned(triager, [changed]))

    assert url(operation, "retry") in before
    assert url(operation, "retry") not in text(client, url(operation))


def test_the_preview_of_an_undo_is_its_plan(client, triager):
    operation = planned(triager)
    runner.run(operation)

    response = client.post(url(operation, "undo"))

    undo = operation.undos.get()
    assert response.headers["Location"] == url(undo)
    page = text(client, url(undo))
    assert f"Undo {operation}: park 1 error" in page
    assert "1 would go back" in page


def test_starting_a_gated_plan_shows_the_refusal_on_the_plan_and_records_it(client, triager):
    operation = gated(triager)

    response = client.post(url(operation, "start"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "V-GATE-002" in page
    assert "Request approval for 1 row" in page
    assert Violation.objects.get().operation == operation
    assert "start by" in text(client, url(operation))


def test_a_plan_without_a_gate_starts_at_once(client, triager):
    operation = planned(triager)

    started = after(operation, client.post(url(operation, "start")))

    assert started.state == "running"


def test_a_request_carries_its_note_to_the_approver(client, triager):
    operation = gated(triager)

    after(operation, client.post(url(operation, "request"), {"note": "Looked at twice."}))

    approval = operation.approvals.get()
    assert (operation.state, approval.note) == ("awaiting", "Looked at twice.")
    page = text(client, url(operation))
    assert f"/approvals/{approval.pk}/" in page
    assert "Take the request back" in page


def test_changed_answers_make_a_new_plan(client, triager):
    operation = planned(triager)

    response = client.post(
        url(operation, "revise"), {"reason": "EXTERNAL_DEPENDENCY", "owner": "", "ttl_tier": ""}
    )

    assert after(operation, response).state == "cancelled"
    assert Operation.objects.latest("pk").parameters == {"reason": "EXTERNAL_DEPENDENCY"}


def test_a_paused_operation_no_longer_asks_again(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)

    after(operation, client.post(url(operation, "pause")))

    page = text(client, url(operation))
    assert operation.state == "paused"
    assert "Resume" in page and "every 2s" not in page
    assert after(operation, client.post(url(operation, "resume"))).state == "running"


def test_what_is_not_done_can_be_cancelled_and_what_is_done_stays(client, triager):
    operation = planned(triager, make.errors(10))
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=triager)
    runner.run_chunk(operation.pk)

    after(operation, client.post(url(operation, "cancel")))

    assert (operation.state, operation.applied, operation.cancelled) == ("cancelled", 4, 6)
    assert "Preview undo" in text(client, url(operation))


def test_the_pace_of_a_plan_is_set_before_it_starts(client, triager):
    operation = planned(triager)
    page = text(client, url(operation))

    after(operation, client.post(url(operation, "throttle"), {"rows_a_second": "40"}))

    assert "Limit the pace" in page and url(operation, "throttle") in page
    assert (operation.state, operation.throttle) == ("planned", 40)
    page = text(client, url(operation))
    assert "at most 40 rows/s" in page and 'name="rows_a_second" value="40"' in page


def test_who_may_not_run_a_plan_is_not_offered_its_pace(client):
    operation = planned(make.triager())
    client.force_login(make.analyst())

    assert "Limit the pace" not in text(client, url(operation))


@pytest.mark.parametrize(
    ("pace", "status", "limit"),
    [("250", 302, 250), ("", 302, None), ("0", 422, None), ("fast", 422, None)],
)
def test_the_pace_is_set_or_refused(client, triager, pace, status, limit):
    operation = planned(triager)

    response = client.post(url(operation, "throttle"), {"rows_a_second": pace})

    operation.refresh_from_db()
    assert (response.status_code, operation.throttle) == (status, limit)


@pytest.mark.parametrize("state", ["planned", "running", "done"])
def test_who_only_reads_sees_no_button(client, state):
    by = make.triager()
    operation = planned(by)
    if state != "planned":
        steering.start(operation, by=by)
    if state == "done":
        runner.finish(operation)
    client.force_login(make.viewer())

    page = text(client, url(operation))

    assert '<form method="post" action="/operations/' not in page
    assert "Preview undo" not in page or "disabled" in page


@pytest.mark.parametrize(
    "act",
    [
        "start",
        "request",
        "pause",
        "resume",
        "cancel",
        "discard",
        "throttle",
        "undo",
        "retry",
        "revise",
    ],
)
def test_who_only_reads_changes_nothing(client, act):
    operation = planned(make.triager())
    client.force_login(make.viewer())

    assert client.post(url(operation, act), {"outcome": "failed"}).status_code == 403
    operation.refresh_from_db()
    assert operation.state == "planned"


def test_what_cannot_be_taken_back_at_once_leads_to_its_plan_or_says_why(client, triager):
    one, two = planned(triager), planned(triager, [make.error(), make.error()])
    for operation in (one, two):
        runner.run(operation)
    make.policy(verbs=["park"])

    answer = client.post(url(one, "take-back"))

    assert answer.url == url(one.undos.get(state="planned"))
    assert client.post(url(two, "take-back")).status_code == 409
    assert not two.undos.exists()
