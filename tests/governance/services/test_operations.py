"""Planning and steering: what is frozen, what is refused, what each verb does and leaves in the audit trail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.exceptions import ApprovalRequired, NotPermitted, PlanRefused, StateRefused
from governance.models import ArchivedError, CompanyTarget, Disposition, ErrorTable, Event, HubError, Operation, Violation
from governance.services import chunks, operations
from governance.verbs import VERBS
from outreach_admin.celery import app
from tests import make
from tests.governance import facts

pytestmark = pytest.mark.django_db

PARKED = {"disposition": "PARKED"}
RESOLVED = {"disposition": "RESOLVED"}
# what is asked, the row before, what it says after, a row that is refused, why
CASES = {
    "park": ({"reason": "DATA_QUALITY"}, {}, PARKED | {"park_reason": "DATA_QUALITY"}, PARKED, "already parked"),
    "unpark": ({}, PARKED, {"disposition": "RETRY", "park_reason": None, "parked_by": None}, {}, "not parked"),
    "retry": ({}, {"retry_count": 1}, {"retry_count": 2, "disposition": "RETRY"}, {"retry_count": 3}, "retries exhausted"),
    "resolve": ({"note": "fixed"}, {}, RESOLVED | {"resolution_note": "fixed"}, RESOLVED, "already resolved"),
    "ignore": ({"note": "noise"}, {}, {"disposition": "IGNORE"}, PARKED, "parked: unpark it first"),
    "escalate": ({"note": "late"}, PARKED, {"escalation_level": 1}, {}, "not parked"),
    "assign": ({"owner": "Platform team"}, {}, {"owner": "Platform team"}, {"owner": "Platform team"}, "already theirs"),
    "set_ttl": ({"ttl_tier": "LONG"}, {}, {"ttl_tier": "LONG"}, {"ttl_tier": "LONG"}, "has this TTL already"),
    "archive": (
        {"reason": "MANUAL"},
        {"disposition": "IGNORE"},
        {"archive_reason": "MANUAL", "final_disposition": "IGNORE"},
        {"table": make.LOG},
        "its error table does not allow ARCHIVED",
    ),
    "restore": ({}, {}, {"disposition": "RETRY", "escalation_level": 0}, {"id": "taken"}, "a live error has this id"),
    "reset": ({}, {}, {"execution_status": "pending"}, {"status": "ready"}, "not failed"),
}
AFTERWARDS = {"archive": ArchivedError, "restore": HubError, "reset": CompanyTarget}


@pytest.fixture(autouse=True)
def tables_that_allow():
    """CT errors may be ignored here, log errors may not be archived: so that every verb has a row of each kind."""
    ErrorTable.objects.filter(name=make.CT).update(allowed_dispositions=Disposition.values)
    ErrorTable.objects.filter(name=make.LOG).update(allowed_dispositions=["IGNORE", "RESOLVED"])


def a_row(verb, given):
    if verb == "reset":
        return make.target(**given)
    if verb == "restore":
        return make.archived(**(given and {"id": make.error().pk}))
    return make.error(**given)


@pytest.fixture
def broker_away(monkeypatch):
    """Celery's messages go where nobody listens."""
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def plan(verb, rows, **given):
    by = given.pop("by", None) or make.triager()
    return operations.plan(verb, errors=rows, by=by, **(given or CASES[verb][0]))


def started(rows, *, chunk_rows=1000):
    operation = plan("park", rows)
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=chunk_rows)
    operations.start(operation, by=operation.requester)
    return operation


@pytest.mark.parametrize("verb", CASES)
def test_a_verb_changes_an_eligible_row_as_it_says(verb):
    asked, before, after, *_ = CASES[verb]
    row = a_row(verb, before)

    operation = plan(verb, [row], **asked)
    chunks.run(operation)

    found = AFTERWARDS.get(verb, HubError).objects.get(pk=row.pk)
    assert facts.outcomes(operation) == {row.pk: ("applied", None)}
    assert {name: getattr(found, name) for name in after} == after


@pytest.mark.parametrize("verb", CASES)
def test_a_verb_leaves_a_refused_row_alone_and_says_why(verb):
    row = a_row(verb, CASES[verb][3])
    before = facts.bytes_of(type(row))

    operation = plan(verb, [row])
    chunks.run(operation)

    assert facts.outcomes(operation) == {row.pk: ("skipped", CASES[verb][4])}
    assert operation.refusals == {CASES[verb][4]: 1}
    assert facts.bytes_of(type(row)) == before


@pytest.mark.parametrize("verb", CASES)
def test_a_verb_leaves_one_event_a_row_with_actor_operation_and_reason(verb):
    asked, before, *_ = CASES[verb]
    row = a_row(verb, before)
    by = make.triager()

    operation = plan(verb, [row], by=by, **asked)
    chunks.run(operation)

    event = Event.objects.get(operation_id=operation.pk)
    assert (event.subject_id, event.action, event.actor) == (row.pk, VERBS[verb].action, by.username)
    assert event.reason == (asked.get("reason") or asked.get("note") or None)


@pytest.mark.parametrize("verb", CASES)
def test_nobody_plans_a_verb_without_its_right(verb):
    row = a_row(verb, CASES[verb][1])

    with pytest.raises(NotPermitted):
        plan(verb, [row], by=make.viewer(), **CASES[verb][0])

    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("code", "first", "least", "most"),
    [("CT-M-SMTP-FAIL", 0, 1.8, 2.2), ("CT-M-SMTP-FAIL", 2, 7.2, 8.8), ("CT-M-NO-MX", 1, 540, 660), ("CT-I-NO-DOMAIN", 0, 0, 0)],
)
def test_a_retry_schedules_the_next_attempt_by_category(code, first, least, most):
    error = make.error(code=code, retry_count=first)

    chunks.run(plan("retry", [error]))

    error.refresh_from_db()
    assert least <= (error.next_retry_at - error.last_retry_at).total_seconds() <= most


def test_a_further_attempt_waits_an_hour_at_most():
    error = make.error(code="CT-M-SMTP-FAIL", retry_count=20, max_retries=30)

    chunks.run(plan("retry", [error]))

    error.refresh_from_db()
    assert error.next_retry_at - error.last_retry_at == timedelta(hours=1)


def test_a_resolved_row_is_reopened_only_for_a_reason():
    error = make.error(disposition="RESOLVED")

    refused = plan("retry", [error])
    reopened = plan("retry", [error], note="it came back")

    assert refused.refusals == {"resolved: a reason is needed to reopen it": 1}
    assert reopened.eligible == 1


def test_a_verb_that_changes_the_filtered_field_reaches_every_row_once_over_many_chunks():
    rows = make.errors(30)
    operation = operations.plan(
        "park", rows=HubError.objects.filter(disposition="RETRY"), by=make.triager(), filter="disposition=RETRY", scope="all", reason="DATA_QUALITY"
    )
    operations.start(operation, by=operation.requester)

    more = True
    while more:
        Operation.objects.filter(pk=operation.pk).update(chunk_rows=8)
        more = chunks.run_chunk(operation.pk).more

    assert operation.chunks.count() == 4
    assert facts.applied(operation) == {row.pk for row in rows}
    assert set(facts.events(operation).values()) == {1}


def test_the_outcomes_of_any_operation_add_up_to_its_plan():
    fresh, parked, moved = make.errors(3), make.errors(2, disposition="PARKED"), make.errors(2)
    operation = plan("park", [*fresh, *parked, *moved])
    chunks.run(plan("resolve", moved))

    chunks.run(operation)

    assert operation.counts() == {"planned": 7, "applied": 3, "skipped": 4, "failed": 0, "cancelled": 0}
    assert facts.adds_up(operation)


def test_a_row_changed_since_the_plan_is_skipped_with_the_reason():
    error = make.error()
    operation = plan("park", [error])
    chunks.run(plan("resolve", [error]))

    chunks.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "changed since plan")}


def test_a_row_changed_by_plain_sql_since_the_plan_is_skipped():
    error = make.error()
    operation = plan("park", [error])
    HubError.objects.filter(pk=error.pk).update(owner="Platform team")

    chunks.run(operation)

    assert facts.outcomes(operation) == {error.pk: ("skipped", "changed since plan")}


def test_a_row_gone_since_the_plan_is_skipped_with_the_reason():
    error = make.error(disposition="IGNORE")
    operation = plan("park", [error])
    chunks.run(plan("archive", [error]))

    chunks.run(operation)

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
        operations.plan(verb, errors=[make.error()], by=make.triager(), **asked)

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
    assert len({first.plan_hash, other_reason.plan_hash, fewer.plan_hash, other_version.plan_hash}) == 4


def test_a_plan_says_how_many_companies_it_would_unblock():
    ready, held = make.promotable(), make.promotable()
    rows = [make.error(outreach=ready), make.error(outreach=held)]
    make.error(make.PEOPLE, outreach=held)

    operation = plan("resolve", rows)

    assert {name: operation.effect[name] for name in ("blocking_rows", "companies", "last_blocker", "gates")} == {
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
        operations.start(operation, by=operation.requester)

    violation = Violation.objects.get()
    assert (violation.code, violation.operation, violation.tool_id, violation.actor) == ("V-GATE-002", operation, "", operation.requester.username)
    assert Operation.objects.get().state == "planned"
    assert HubError.objects.count() == 1


def test_nobody_starts_steers_or_discards_without_the_right():
    operation = plan("park", [make.error()])
    viewer = make.viewer()

    for act in (operations.start, operations.pause, operations.resume, operations.cancel, operations.discard):
        with pytest.raises(NotPermitted):
            act(operation, by=viewer)


def test_a_discarded_plan_never_runs():
    operation = plan("park", [make.error()])

    operations.discard(operation, by=operation.requester)

    assert (operation.state, operation.cancelled) == ("cancelled", 1)
    with pytest.raises(StateRefused):
        operations.start(operation, by=operation.requester)


def test_an_expired_plan_does_not_start_even_before_anybody_notes_it():
    operation = plan("park", [make.error()])
    Operation.objects.filter(pk=operation.pk).update(expires_at=timezone.now())

    with pytest.raises(StateRefused):
        operations.start(operation, by=operation.requester)

    assert operations.expire_waiting() == 1
    operation.refresh_from_db()
    assert (operation.state, operation.cancelled) == ("expired", 1)


def test_a_paused_operation_goes_on_where_it_stopped():
    operation = started(make.errors(10), chunk_rows=4)
    chunks.run_chunk(operation.pk)

    operations.pause(operation, by=operation.requester)
    chunks.run_chunk(operation.pk)
    done_while_paused = Operation.objects.get(pk=operation.pk).applied
    operations.resume(operation, by=operation.requester)
    chunks.finish(operation)

    assert done_while_paused == 4
    assert (operation.state, operation.applied) == ("done", 10)


def test_cancelling_leaves_the_rest_alone_and_keeps_what_is_done():
    operation = started(make.errors(10), chunk_rows=4)
    chunks.run_chunk(operation.pk)

    operations.cancel(operation, by=operation.requester)
    chunks.run_chunk(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.applied, operation.cancelled) == ("cancelled", 4, 6)
    assert HubError.objects.filter(disposition="PARKED").count() == 4
    assert facts.adds_up(operation)


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "discard", "start"])
def test_an_ended_operation_can_no_longer_be_steered(act):
    operation = plan("park", [make.error()])
    chunks.run(operation)

    with pytest.raises(StateRefused):
        getattr(operations, act)(operation, by=operation.requester)


def test_a_limited_operation_takes_no_more_rows_than_a_second_allows():
    operation = started(make.errors(10))
    operations.set_throttle(operation, rows_a_second=3, by=operation.requester)

    progress = chunks.run_chunk(operation.pk)

    assert (progress.rows, progress.more) == (3, True)
    assert 0 < progress.wait <= 1


@pytest.mark.parametrize("pace", [0, -1, 1_000_001])
def test_an_impossible_pace_is_refused(pace):
    operation = started([make.error()])

    with pytest.raises(PlanRefused):
        operations.set_throttle(operation, rows_a_second=pace, by=operation.requester)


def test_the_failed_and_skipped_rows_are_planned_again_alone():
    changed, fine = make.errors(2), make.errors(2)
    operation = plan("park", [*changed, *fine])
    HubError.objects.filter(pk__in=[row.pk for row in changed]).update(owner="Platform team")
    chunks.run(operation)

    again = operations.plan_again(operation, by=operation.requester, outcome="skipped", reason="changed since plan")
    chunks.run(again)

    assert (again.retries, again.parameters) == (operation, operation.parameters)
    assert facts.applied(again) == {row.pk for row in changed}


def test_nothing_is_planned_again_while_the_operation_runs():
    operation = started([make.error()])

    with pytest.raises(StateRefused):
        operations.plan_again(operation, by=operation.requester, outcome="failed")


def test_a_changed_parameter_makes_a_new_plan_over_the_same_rows_and_discards_the_old():
    rows = make.errors(2)
    operation = plan("park", rows, reason="DATA_QUALITY")

    revised = operations.revise(operation, by=operation.requester, reason="EXTERNAL_DEPENDENCY", owner="", ttl_tier="")

    operation.refresh_from_db()
    assert operation.state == "cancelled"
    assert revised.parameters == {"reason": "EXTERNAL_DEPENDENCY"}
    assert set(facts.outcomes(revised)) == set(facts.outcomes(operation))
    assert revised.plan_hash != operation.plan_hash


def test_a_wrong_new_parameter_keeps_the_old_plan():
    operation = plan("park", [make.error()])

    with pytest.raises(PlanRefused):
        operations.revise(operation, by=operation.requester, reason="BECAUSE")

    operation.refresh_from_db()
    assert operation.state == "planned"


def test_a_broker_that_is_away_is_said_on_the_operation_until_it_goes_on(broker_away, django_capture_on_commit_callbacks):
    operation = plan("park", [make.error()])

    with django_capture_on_commit_callbacks(execute=True):
        operations.start(operation, by=operation.requester)

    operation.refresh_from_db()
    assert (operation.state, operation.state_note) == ("running", operations.BROKER_AWAY)

    chunks.finish(operation)
    assert (operation.state, operation.state_note) == ("done", "")
