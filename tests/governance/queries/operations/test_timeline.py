"""The timeline of an operation and of a run: steps, remarks and refused attempts, told by name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.exceptions import ApprovalRequired
from governance.models import Operation
from governance.queries.operations import timeline
from governance.services.approvals import requests, votes
from governance.services.operations import plans, records, runner, steering
from governance.services.playbooks import runs
from tests import make
from tests.governance.rules import PARK_TRIED, RETRY, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia():
    return make.triager(username="ops", first_name="Nadia", last_name="Okafor")


def told(operation: Operation) -> list[str]:
    return [moment.text for moment in timeline.of(operation)]


def gated(by) -> Operation:
    return plans.make("archive", errors=[make.error()], by=by, reason="MANUAL")


def test_steps_are_told_newest_first_by_the_names_of_people(nadia):
    operation = plans.make("park", errors=[make.error()], by=nadia, reason="DATA_QUALITY")
    runner.run(operation)

    assert told(operation) == ["Ended", "Nadia Okafor started it", "Nadia Okafor froze the plan"]
    frozen = timeline.of(operation)[-1]
    assert (frozen.account, frozen.note, frozen.kind) == ("ops", "1 eligible, 0 refused", "planned")


def test_a_refused_start_is_told_with_its_reason(nadia):
    operation = gated(nadia)
    with pytest.raises(ApprovalRequired) as refusal:
        steering.start(operation, by=nadia)

    newest = timeline.of(operation)[0]

    assert newest.text == "V-GATE-002: start by Nadia Okafor refused"
    assert (newest.note, newest.kind) == (refusal.value.sentence, "refused")


def test_remarks_stand_between_the_steps_as_they_were_written(nadia):
    approval = requests.make(gated(nadia), by=nadia)
    requests.comment(approval, by=nadia, body="Ask {actor}.")
    votes.reject(approval, by=make.manager(first_name="Ruth"), comment="no")

    texts = [(moment.text, moment.note) for moment in timeline.of(approval.operation)]

    assert texts[:3] == [
        ("Ruth rejected", "no"),
        ("Nadia Okafor remarked", "Ask {actor}."),
        ("Nadia Okafor asked for approval", ""),
    ]


def test_a_kind_of_step_that_nobody_foresaw_is_told_all_the_same(nadia):
    operation = gated(nadia)
    records.step(operation, "polished", by="ops")

    newest = timeline.of(operation)[0]

    assert (newest.text, newest.kind) == ("Polished by Nadia Okafor", "polished")


def test_a_timeline_costs_the_same_for_one_step_and_many(nadia):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            timeline.of(operation)
        return len(found)

    operation = gated(nadia)
    one = queries()
    for _ in range(20):
        records.step(operation, "paused", by="ops")

    assert queries() == one


def test_a_run_is_told_as_a_whole_with_every_rule_that_ended(nadia):
    make.error(retry_count=2)
    run = planned(PARK_TRIED, by=nadia)
    approval = requests.make(run, by=nadia, note="Before the load.")
    votes.approve(approval, by=make.manager(first_name="Ruth"), comment="fine")
    runner.finish(run.operations.get())
    run.refresh_from_db()

    found = [(moment.text, moment.note) for moment in timeline.of_run(run)]

    assert found == [
        ("Ended", ""),
        ("Tried twice ended", "1 applied"),
        ("Ruth started it by approving", ""),
        ("Ruth approved", "fine"),
        ("Nadia Okafor asked for approval", "Before the load."),
        ("Nadia Okafor froze the plan", ""),
    ]


def test_what_an_approval_started_names_who_approved_and_not_who_asked(nadia):
    approval = requests.make(gated(nadia), by=nadia)

    votes.approve(approval, by=make.manager(first_name="Ruth"))

    assert told(approval.operation)[0] == "Ruth started it by approving"


def test_later_steps_of_a_run_start_in_turn(nadia):
    make.error(retry_count=2)
    make.error()
    run = planned(PARK_TRIED, RETRY, by=nadia)
    votes.approve(requests.make(run, by=nadia), by=make.manager(first_name="Ruth"))
    first, second = run.operations.order_by("position")

    runner.finish(first)

    assert "Ruth started it by approving" in told(first)
    assert told(second)[0] == "Started, next in its run"


def test_a_run_tells_what_was_refused_taken_back_and_remarked(nadia):
    make.error(retry_count=2)
    run = planned(PARK_TRIED, by=nadia)
    with pytest.raises(ApprovalRequired):
        runs.start(run, by=nadia)
    approval = requests.make(run, by=nadia)
    requests.comment(approval, by=nadia, body="Not yet.")
    requests.withdraw(approval, by=nadia)

    assert [moment.text for moment in timeline.of_run(run)] == [
        "Nadia Okafor took the request back",
        "Nadia Okafor remarked",
        "Nadia Okafor asked for approval",
        "V-GATE-002: start by Nadia Okafor refused",
        "Nadia Okafor froze the plan",
    ]
