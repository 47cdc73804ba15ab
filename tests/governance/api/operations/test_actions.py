"""What is done with operations by the API: the services, states and sentences of the page's buttons."""

import pytest

from governance.models import Approval, Operation, Violation
from governance.services.operations import plans, runner, steering
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

OPERATIONS = "/api/operations/"


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(username="ops"), "triage")


@pytest.fixture
def plan(triager) -> Operation:
    rows = [make.error(), make.error()]
    return plans.make("park", errors=rows, by=triager.token.account, reason="DATA_QUALITY")


def act(caller: Caller, operation: Operation, action: str, body=None, **headers):
    return caller.post(f"{OPERATIONS}{operation.pk}/{action}/", body, **headers)


def test_a_plan_is_started_paused_resumed_and_cancelled(triager, plan):
    for action, state in [
        ("start", "running"),
        ("pause", "paused"),
        ("resume", "running"),
        ("cancel", "cancelled"),
    ]:
        answer = act(triager, plan, action)

        assert (answer.status_code, answer.json()["state"]) == (200, state)
        plan.refresh_from_db()
        assert plan.state == state
    assert answer.json()["cancelled"] == 2 and answer.json()["progress"]["percent"] == 0


def test_what_its_state_does_not_allow_is_refused_as_on_its_page(triager, plan):
    for action in ("pause", "resume", "cancel"):
        answer = act(triager, plan, action)

        assert answer.status_code == 409
        assert f"OP-{plan.pk} is planned" in answer.json()["detail"]


def test_a_plan_is_thrown_away(triager, plan):
    assert act(triager, plan, "discard").json()["state"] == "cancelled"
    assert act(triager, plan, "discard").status_code == 409


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "once"}])
def test_a_start_without_its_approval_is_refused_and_on_record(triager, plan, key):
    make.policy(name="GUARD", verbs=["park"])

    answer = act(triager, plan, "start", **key)

    said = answer.json()
    assert (answer.status_code, said["violation"]) == (409, "V-GATE-002")
    assert "needs approval by policy GUARD" in said["detail"] and said["what_to_do"]
    assert answer["Content-Type"] == "application/problem+json"
    assert Violation.objects.get().actor == "ops"
    plan.refresh_from_db()
    assert (plan.state, plan.gate) == ("planned", "GUARD")
    assert triager.get(f"{OPERATIONS}{plan.pk}/").json()["gate"] == "GUARD"


def test_approval_is_asked_for_with_a_note(triager, plan):
    make.policy(verbs=["park"])

    answer = act(triager, plan, "request-approval", {"note": "Before noon."})

    asked = Approval.objects.get()
    assert answer.status_code == 201 and answer["Location"] == f"/api/approvals/{asked.pk}/"
    assert (answer.json()["note"], answer.json()["plan_hash"]) == ("Before noon.", plan.plan_hash)
    told = triager.get(f"{OPERATIONS}{plan.pk}/").json()
    assert told["state"] == "awaiting" and told["approval"]["id"] == asked.pk


def test_the_pace_is_set_and_lifted(triager, plan):
    assert act(triager, plan, "throttle", {"rows_a_second": 50}).json()["throttle"] == 50
    assert act(triager, plan, "throttle", {"rows_a_second": None}).json()["throttle"] is None
    for wrong in (0, 1.5, "x", True, 10**30, [], {}):
        answer = act(triager, plan, "throttle", {"rows_a_second": wrong})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "rows_a_second"
    assert act(triager, plan, "throttle").status_code == 422


def test_an_undo_is_planned_and_answers_with_its_groups(triager, plan):
    runner.run(plan)
    changed = plan.items.first().subject_id
    later = plans.make(
        "assign",
        by=make.triager(),
        rows=plans.rows_of(plan, plan.items.filter(subject_id=changed)),
        owner="Platform team",
    )
    runner.run(later)

    foreseen = triager.get(f"{OPERATIONS}{plan.pk}/preview/").json()["undo"]
    answer = act(triager, plan, "undo")

    groups = {"reverted": 1, "changed_since": 1, "not_reversible": 0}
    assert answer.status_code == 201
    assert answer.json()["undo_groups"] == foreseen == groups
    assert (answer.json()["undoes"], answer.json()["channel"]) == (plan.pk, "api")
    told = triager.get(f"{OPERATIONS}{plan.pk}/").json()
    assert told["undos"] == [answer.json()["id"]]
    assert act(triager, plan, "undo").status_code == 409


def test_cancelled_rows_are_planned_once_more(triager, plan):
    steering.start(plan, by=triager.token.account)
    steering.cancel(plan, by=triager.token.account)

    answer = act(triager, plan, "retry", {"outcome": "cancelled"})

    said = answer.json()
    assert answer.status_code == 201
    assert (said["retries"], said["planned"], said["channel"]) == (plan.pk, 2, "api")
    assert act(triager, plan, "retry", {"outcome": "applied"}).status_code == 422
    assert act(triager, plan, "retry", {"outcome": "failed"}).status_code == 422


def test_a_plan_is_made_anew_with_other_parameters(triager, plan):
    asked = {"parameters": {"reason": "EXTERNAL_DEPENDENCY"}}

    wrong = act(triager, plan, "revise", {"parameters": {"reason": "X"}})
    answer = act(triager, plan, "revise", asked)

    assert wrong.json()["errors"][0]["field"] == "parameters.reason"
    assert answer.status_code == 201
    assert answer.json()["parameters"] == {"reason": "EXTERNAL_DEPENDENCY"}
    assert answer.json()["channel"] == "api"
    plan.refresh_from_db()
    assert plan.state == "cancelled"


@pytest.mark.parametrize(
    "action",
    ["start", "pause", "resume", "cancel", "discard", "undo", "request-approval"],
)
def test_who_saw_another_state_changes_nothing(triager, plan, action):
    seen = triager.get(f"{OPERATIONS}{plan.pk}/")["ETag"]
    steering.start(plan, by=triager.token.account)

    answer = act(triager, plan, action, If_Match=seen)

    assert answer.status_code == 412
    plan.refresh_from_db()
    assert plan.state == "running"


def test_who_saw_the_present_state_may_act_on_it(triager, plan):
    seen = triager.get(f"{OPERATIONS}{plan.pk}/")["ETag"]

    assert act(triager, plan, "start", If_Match=f'"other", W/{seen}').status_code == 200


def test_actions_need_the_right_of_the_page(plan):
    analyst = Caller(make.analyst(), "triage")

    for action in ("start", "pause", "cancel", "undo", "throttle"):
        assert act(analyst, plan, action).status_code == 403


@pytest.mark.parametrize("body", [[], 1, "x", None, {"colour": 1}])
def test_a_body_that_says_something_else_is_refused(triager, plan, body):
    data = b"null" if body is None else body
    assert act(triager, plan, "start", data).status_code == 400
    plan.refresh_from_db()
    assert plan.state == "planned"
