"""Planning and steering: what is frozen, what is refused, what each verb does and leaves in the audit trail."""

import pytest
from django.utils import timezone

from governance.exceptions import ApprovalRequired, NotPermitted, PlanRefused, StateRefused
from governance.models import ApprovalPolicy, HubError, Operation, Violation
from governance.services.operations import plans, runner, steering
from outreach_admin.celery import app
from tests import make
from tests.governance import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker_away(monkeypatch):
    """Celery's messages go where nobody listens."""
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


ASKED = {
    "park": {"reason": "DATA_QUALITY"},
    "resolve": {"note": "fixed"},
    "archive": {"reason": "MANUAL"},
}


def plan(verb, rows, **given):
    return plans.make(verb, errors=rows, by=make.triager(), **(given or ASKED[verb]))


def started(rows, *, chunk_rows=1000):
    operation = plan("park", rows)
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=chunk_rows)
    steering.start(operation, by=operation.requester)
    return operation


def test_a_verb_that_changes_the_filtered_field_reaches_every_row_once_over_many_chunks():
    rows = make.errors(30)
    operation = plans.make(
        "park",
        rows=HubError.objects.filter(disposition="RETRY"),
        by=make.triager(),
        filter="disposition=RETRY",
        scope="all",
        reason="DATA_QUALITY",
    )
    steering.start(operation, by=operation.requester)

    more = True
    while more:
        Operation.objects.filter(pk=operation.pk).update(chunk_rows=8)
        more = runner.run_chunk(operation.pk).more

    assert operation.chunks.count() == 4
    assert facts.applied(operation) == {row.pk for row in rows}
    assert set(facts.events(operation).values()) == {1}


def test_the_outcomes_of_any_operation_add_up_to_its_plan():
    fresh, parked, moved = make.errors(3), make.errors(2, disposition="PARKED"), make.errors(2)
    operation = plan("park", [*fresh, *parked, *moved])
    runner.run(plan("resolve", moved))

    runner.run(operation)

    assert operation.counts() == {
        "planned": 7,
        "applied": 3,
        "skipped": 4,
        "failed": 0,
        "cancelled": 0,
    }
    assert facts.adds_up(operation)


def test_a_row_changed_since_the_plan_is_skipped_with_the_reason():
    error = make.error()
    operation = plan("park", [error])
    runner.run(plan("resolve", [error]))

    runner.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "changed since plan")}


def test_a_row_changed_by_plain_sql_since_the_plan_is_skipped():
    error = make.error()
    operation = plan("park", [error])
    HubError.objects.filter(pk=error.pk).update(owner="Platform team")

    runner.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "changed since plan")}


def test_a_row_gone_since_the_plan_is_skipped_with_the_reason():
    error = make.error(make.LOG)
    operation = plan("assign", [error], owner="HUB-DOL team")
    runner.run(plan("archive", [error]))

    runner.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "no longer there")}


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("park", {}),
        ("park", {"reason": "BECAUSE"}),
        ("park", {"reason": "DATA_QUALITY", "colour": "red"}),
        ("resolve", {"note": " "}),
        ("archive", {"reason": "TTL_EXPIRED"}),
        ("assign", {"owner": "Nobody"}),
    ],
)
def test_a_plan_with_missing_unknown_or_wrong_parameters_is_refused(verb, asked):
    with pytest.raises(PlanRefused):
        plans.make(verb, errors=[make.error()], by=make.triager(), **asked)

    assert not Operation.objects.exists()


def test_a_plan_over_nothing_is_refused():
    with pytest.raises(PlanRefused):
        plan("park", [])

    assert not Operation.objects.exists()


def test_the_same_rows_and_parameters_have_the_same_hash_and_others_another():
    rows = make.errors(3)

    first, second = plan("park", rows), plan("park", rows)
    other_reason = plan("park", rows, reason="EXTERNAL_DEPENDENCY")
    fewer = plan("park", rows[:2])
    HubError.objects.filter(pk=rows[0].pk).update(owner="Platform team")
    other_version = plan("park", rows)

    assert first.plan_hash == second.plan_hash
    assert (
        len({first.plan_hash, other_reason.plan_hash, fewer.plan_hash, other_version.plan_hash})
        == 4
    )


def test_a_plan_says_how_many_companies_it_would_unblock():
    ready, held = make.promotable(), make.promotable()
    rows = [make.error(outreach=ready), make.error(outreach=held)]
    make.error(make.PEOPLE, outreach=held)

    operation = plan("resolve", rows)

    assert {
        name: operation.effect[name]
        for name in ("blocking_rows", "companies", "last_blocker", "gates")
    } == {
        "blocking_rows": 2,
        "companies": 2,
        "last_blocker": 1,
        "gates": 1,
    }


def test_more_than_500_rows_need_approval_and_archiving_one_blocking_error_does():
    assert plan("assign", make.errors(500), owner="Platform team").gate is None
    assert plan("assign", make.errors(501), owner="Platform team").gate == "BULK-ROWS"
    assert plan("archive", [make.error()]).gate == "ARCHIVE-BLOCKING"
    assert plan("archive", [make.error(disposition="RESOLVED")]).gate is None


def test_a_gated_plan_without_approval_is_refused_and_recorded():
    operation = plan("archive", [make.error()])

    with pytest.raises(ApprovalRequired):
        steering.start(operation, by=operation.requester)

    violation = Violation.objects.get()
    assert (violation.code, violation.operation, violation.tool_id, violation.actor) == (
        "V-GATE-002",
        operation,
        "",
        operation.requester.username,
    )
    assert Operation.objects.get().state == "planned"
    assert HubError.objects.count() == 1


def test_a_plan_that_a_policy_of_a_later_day_stops_needs_approval_too():
    ApprovalPolicy.objects.update(is_active=False)
    operation = plans.make("archive", errors=[make.error()], by=make.triager(), reason="MANUAL")
    ApprovalPolicy.objects.update(is_active=True)

    with pytest.raises(ApprovalRequired, match="ARCHIVE-BLOCKING"):
        steering.start(operation, by=operation.requester)

    operation.refresh_from_db()
    assert (operation.state, operation.gate) == ("planned", "ARCHIVE-BLOCKING")
    assert Violation.objects.filter(operation=operation, code="V-GATE-002").exists()


def test_nobody_starts_steers_or_discards_without_the_right():
    operation = plan("park", [make.error()])
    viewer = make.viewer()

    for act in (
        steering.start,
        steering.pause,
        steering.resume,
        steering.cancel,
        steering.discard,
    ):
        with pytest.raises(NotPermitted):
            act(operation, by=viewer)


def test_a_discarded_plan_never_runs():
    operation = plan("park", [make.error()])

    steering.discard(operation, by=operation.requester)

    assert (operation.state, operation.cancelled) == ("cancelled", 1)
    with pytest.raises(StateRefused):
        steering.start(operation, by=operation.requester)


def test_an_expired_plan_does_not_start_even_before_anybody_notes_it():
    operation = plan("park", [make.error()])
    Operation.objects.filter(pk=operation.pk).update(expires_at=timezone.now())

    with pytest.raises(StateRefused):
        steering.start(operation, by=operation.requester)

    assert steering.expire_waiting() == 1
    operation.refresh_from_db()
    assert (operation.state, operation.cancelled) == ("expired", 1)


def test_a_paused_operation_goes_on_where_it_stopped():
    operation = started(make.errors(10), chunk_rows=4)
    runner.run_chunk(operation.pk)

    steering.pause(operation, by=operation.requester)
    runner.run_chunk(operation.pk)
    done_while_paused = Operation.objects.get(pk=operation.pk).applied
    steering.resume(operation, by=operation.requester)
    runner.finish(operation)

    assert done_while_paused == 4
    assert (operation.state, operation.applied) == ("done", 10)


def test_cancelling_leaves_the_rest_alone_and_keeps_what_is_done():
    operation = started(make.errors(10), chunk_rows=4)
    runner.run_chunk(operation.pk)

    steering.cancel(operation, by=operation.requester)
    runner.run_chunk(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied, operation.cancelled) == ("cancelled", 4, 6)
    assert HubError.objects.filter(disposition="PARKED").count() == 4
    assert facts.adds_up(operation)


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "discard", "start"])
def test_an_ended_operation_can_no_longer_be_steered(act):
    operation = plan("park", [make.error()])
    runner.run(operation)

    with pytest.raises(StateRefused):
        getattr(steering, act)(operation, by=operation.requester)


def test_a_limited_operation_takes_no_more_rows_than_a_second_allows():
    operation = started(make.errors(10))
    steering.set_throttle(operation, rows_a_second=3, by=operation.requester)

    progress = runner.run_chunk(operation.pk)

    assert (progress.rows, progress.more) == (3, True)
    assert 0 < progress.wait <= 1


@pytest.mark.parametrize("pace", [0, -1, 1_000_001])
def test_an_impossible_pace_is_refused(pace):
    operation = started([make.error()])

    with pytest.raises(PlanRefused):
        steering.set_throttle(operation, rows_a_second=pace, by=operation.requester)


def test_the_failed_and_skipped_rows_are_planned_again_alone():
    changed, fine = make.errors(2), make.errors(2)
    operation = plan("park", [*changed, *fine])
    HubError.objects.filter(pk__in=[row.pk for row in changed]).update(owner="Platform team")
    runner.run(operation)

    again = plans.again(
        operation, by=operation.requester, outcome="skipped", reason="changed since plan"
    )
    runner.run(again)

    assert (again.retries, again.parameters) == (operation, operation.parameters)
    assert facts.applied(again) == {row.pk for row in changed}


def test_nothing_is_planned_again_while_the_operation_runs():
    operation = started([make.error()])

    with pytest.raises(StateRefused):
        plans.again(operation, by=operation.requester, outcome="failed")


def test_a_changed_parameter_makes_a_new_plan_over_the_same_rows_and_discards_the_old():
    rows = make.errors(2)
    operation = plan("park", rows, reason="DATA_QUALITY")

    revised = plans.revise(
        operation, by=operation.requester, reason="EXTERNAL_DEPENDENCY", owner="", ttl_tier=""
    )

    operation.refresh_from_db()
    assert operation.state == "cancelled"
    assert revised.parameters == {"reason": "EXTERNAL_DEPENDENCY"}
    assert set(facts.outcomes(revised)) == set(facts.outcomes(operation))
    assert revised.plan_hash != operation.plan_hash


def test_a_wrong_new_parameter_keeps_the_old_plan():
    operation = plan("park", [make.error()])

    with pytest.raises(PlanRefused):
        plans.revise(operation, by=operation.requester, reason="BECAUSE")

    operation.refresh_from_db()
    assert operation.state == "planned"


def test_a_broker_that_is_away_is_said_on_the_operation_until_it_goes_on(
    broker_away, django_capture_on_commit_callbacks
):
    operation = plan("park", [make.error()])

    with django_capture_on_commit_callbacks(execute=True):
        steering.start(operation, by=operation.requester)

    operation.refresh_from_db()
    assert (operation.state, operation.state_note) == ("running", steering.BROKER_AWAY)

    runner.finish(operation)
    assert (operation.state, operation.state_note) == ("done", "")
