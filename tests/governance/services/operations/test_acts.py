"""One row at once: planned, run and recorded like any operation, or nothing at all."""

import pytest

from governance.exceptions import NotPermitted, PlanRefused, StateRefused
from governance.models import HubError, Operation
from governance.services.operations import acts, plans, runner
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts
from tests.governance.services.operations import broken

PARK, RESOLVE = VERBS["park"], VERBS["resolve"]


def park(error, **given):
    given = {"version": 1, "by": make.triager(), "reason": "DATA_QUALITY"} | given
    return acts.do(PARK, error, **given)


@pytest.mark.django_db
def test_a_row_is_changed_by_an_operation_with_history():
    error, by = make.error(), make.triager()

    done = park(error, by=by)

    error.refresh_from_db()
    assert (error.disposition, error.park_reason, error.parked_by) == (
        "PARKED",
        "DATA_QUALITY",
        by.username,
    )
    assert (done.state, done.planned, done.applied, done.requester) == ("done", 1, 1, by)
    assert set(facts.events(done).values()) == {1}
    assert [step.kind for step in done.steps.all()] == ["ended", "started", "planned"]


@pytest.mark.django_db
def test_the_first_rows_of_a_plan_are_done_at_once():
    by = make.triager()
    operation = plans.make(RESOLVE, by=by, errors=make.errors(3), note="fixed")

    begun = acts.begin(operation, by=by)

    assert (begun.state, begun.applied) == ("done", 3)


@pytest.mark.django_db
def test_a_plan_that_a_policy_stops_is_left_as_it_waits():
    make.policy(over_rows=1)
    by = make.triager()
    operation = plans.make(RESOLVE, by=by, errors=make.errors(3), note="fixed")

    begun = acts.begin(operation, by=by)

    assert begun.state == "planned" and begun.gate
    assert not HubError.objects.filter(disposition="RESOLVED").exists()


@pytest.mark.django_db
def test_a_row_is_taken_back_to_its_former_state():
    error = make.error(owner="Somebody")
    done = park(error, owner="Platform team")

    back = acts.take_back(done, by=done.requester)

    error.refresh_from_db()
    assert (back.state, back.applied, back.undoes) == ("done", 1, done)
    assert (error.disposition, error.owner, error.park_reason) == ("RETRY", "Somebody", None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "given", "refusal", "because"),
    [
        ({"disposition": "PARKED"}, {}, PlanRefused, "already parked"),
        ({}, {"version": 7}, StateRefused, "since you opened it"),
        ({}, {"reason": "Because"}, PlanRefused, "Reason"),
    ],
)
def test_what_is_refused_leaves_no_trace(row, given, refusal, because):
    error = make.error(**row)
    before = facts.bytes_of(HubError)

    with pytest.raises(refusal, match=because):
        park(error, **given)

    assert facts.bytes_of(HubError) == before
    assert not Operation.objects.exists()


@pytest.mark.django_db
def test_who_may_not_run_operations_does_nothing_at_once():
    by = make.triager()
    make.lose(by, "governance.run_operation")

    with pytest.raises(NotPermitted):
        park(make.error(), by=by)

    assert not Operation.objects.exists()


@pytest.mark.django_db
def test_what_a_policy_stops_is_kept_as_a_plan():
    make.policy(verbs=["resolve"])
    error = make.error()

    waiting = acts.do(RESOLVE, error, by=make.triager(), version=1, note="fixed")

    error.refresh_from_db()
    assert error.disposition == "RETRY"
    assert (waiting.state, waiting.eligible, bool(waiting.gate)) == ("planned", 1, True)


@pytest.mark.django_db
def test_an_undo_that_a_policy_stops_waits_too():
    done = park(make.error())
    make.policy(verbs=["park"])

    back = acts.take_back(done, by=done.requester)

    assert (back.state, bool(back.gate)) == ("planned", True)


@pytest.mark.django_db
def test_a_row_changed_since_is_not_taken_back():
    error = make.error()
    done = park(error)
    HubError.objects.filter(pk=error.pk).update(owner="Somebody else")

    with pytest.raises(PlanRefused, match="changed since"):
        acts.take_back(done, by=done.requester)

    assert not done.undos.exists()


@pytest.mark.django_db
def test_more_than_one_row_is_taken_back_with_a_preview_only():
    many = plans.make("park", errors=make.errors(2), by=make.triager(), reason="DATA_QUALITY")
    runner.run(many)

    with pytest.raises(StateRefused, match="is about 2 rows"):
        acts.take_back(many, by=many.requester)


def test_a_row_that_somebody_holds_is_left_to_a_worker(committed_db, redis_server):
    error = make.error()
    error.refresh_from_db()

    with broken.held(broken.ROW, [error.pk]):
        begun = park(error)
        assert (begun.state, begun.applied) == ("running", 0)

    runner.finish(begun)
    begun.refresh_from_db()
    assert (begun.state, begun.applied) == ("done", 1)
