"""Every verb: what it changes, what it refuses, what it leaves in the audit trail, who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.exceptions import NotPermitted
from governance.models import (
    ArchivedError,
    CompanyTarget,
    Disposition,
    ErrorTable,
    Event,
    HubError,
    Operation,
)
from governance.services.operations import plans, runner
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts

pytestmark = pytest.mark.django_db

PARKED = {"disposition": "PARKED"}
RESOLVED = {"disposition": "RESOLVED"}
# what is asked, the row before, what it says after, a row that is refused, why
CASES = {
    "park": (
        {"reason": "DATA_QUALITY"},
        {},
        PARKED | {"park_reason": "DATA_QUALITY"},
        PARKED,
        "already parked",
    ),
    "unpark": (
        {},
        PARKED,
        {"disposition": "RETRY", "park_reason": None, "parked_by": None},
        {},
        "not parked",
    ),
    "retry": (
        {},
        {"retry_count": 1},
        {"retry_count": 2, "disposition": "RETRY"},
        {"retry_count": 3},
        "retries exhausted",
    ),
    "resolve": (
        {"note": "fixed"},
        {},
        RESOLVED | {"resolution_note": "fixed"},
        RESOLVED,
        "already resolved",
    ),
    "ignore": ({"note": "noise"}, {}, {"disposition": "IGNORE"}, PARKED, "parked: unpark it first"),
    "escalate": ({"note": "late"}, PARKED, {"escalation_level": 1}, {}, "not parked"),
    "assign": (
        {"owner": "Platform team"},
        {},
        {"owner": "Platform team"},
        {"owner": "Platform team"},
        "already theirs",
    ),
    "set_ttl": (
        {"ttl_tier": "LONG"},
        {},
        {"ttl_tier": "LONG"},
        {"ttl_tier": "LONG"},
        "has this TTL already",
    ),
    "archive": (
        {"reason": "MANUAL"},
        {"disposition": "IGNORE"},
        {"archive_reason": "MANUAL", "final_disposition": "IGNORE"},
        {"table": make.LOG},
        "its error table does not allow ARCHIVED",
    ),
    "restore": (
        {},
        {},
        {"disposition": "RETRY", "escalation_level": 0},
        {"id": "taken"},
        "a live error has this id",
    ),
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


def plan(verb, rows, **given):
    by = given.pop("by", None) or make.triager()
    return plans.make(verb, errors=rows, by=by, **(given or CASES[verb][0]))


@pytest.mark.parametrize("verb", CASES)
def test_a_verb_changes_an_eligible_row_as_it_says(verb):
    asked, before, after, *_ = CASES[verb]
    row = a_row(verb, before)

    operation = plan(verb, [row], **asked)
    runner.run(operation)

    found = AFTERWARDS.get(verb, HubError).objects.get(pk=row.pk)
    assert facts.outcomes(operation) == {row.pk: ("applied", None)}
    assert {name: getattr(found, name) for name in after} == after


@pytest.mark.parametrize("verb", CASES)
def test_a_verb_leaves_a_refused_row_alone_and_says_why(verb):
    row = a_row(verb, CASES[verb][3])
    before = facts.bytes_of(type(row))

    operation = plan(verb, [row])
    runner.run(operation)

    assert facts.outcomes(operation) == {row.pk: ("skipped", CASES[verb][4])}
    assert operation.refusals == {CASES[verb][4]: 1}
    assert facts.bytes_of(type(row)) == before


@pytest.mark.parametrize("verb", CASES)
def test_a_verb_leaves_one_event_a_row_with_actor_operation_and_reason(verb):
    asked, before, *_ = CASES[verb]
    row = a_row(verb, before)
    by = make.triager()

    operation = plan(verb, [row], by=by, **asked)
    runner.run(operation)

    event = Event.objects.get(operation_id=operation.pk)
    assert (event.subject_id, event.action, event.actor) == (
        row.pk,
        VERBS[verb].action,
        by.username,
    )
    assert event.reason == (asked.get("reason") or asked.get("note") or None)


@pytest.mark.parametrize("verb", CASES)
def test_nobody_plans_a_verb_without_its_right(verb):
    row = a_row(verb, CASES[verb][1])

    with pytest.raises(NotPermitted):
        plan(verb, [row], by=make.viewer(), **CASES[verb][0])

    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("code", "first", "least", "most"),
    [
        ("CT-M-SMTP-FAIL", 0, 1.8, 2.2),
        ("CT-M-SMTP-FAIL", 2, 7.2, 8.8),
        ("CT-M-NO-MX", 1, 540, 660),
        ("CT-I-NO-DOMAIN", 0, 0, 0),
    ],
)
def test_a_retry_schedules_the_next_attempt_by_category(code, first, least, most):
    error = make.error(code=code, retry_count=first)

    runner.run(plan("retry", [error]))

    error.refresh_from_db()
    assert least <= (error.next_retry_at - error.last_retry_at).total_seconds() <= most


def test_a_further_attempt_waits_an_hour_at_most():
    error = make.error(code="CT-M-SMTP-FAIL", retry_count=20, max_retries=30)

    runner.run(plan("retry", [error]))

    error.refresh_from_db()
    assert error.next_retry_at - error.last_retry_at == timedelta(hours=1)


def test_a_resolved_row_is_reopened_only_for_a_reason():
    error = make.error(disposition="RESOLVED")

    refused = plan("retry", [error])
    reopened = plan("retry", [error], note="it came back")

    assert refused.refusals == {"resolved: a reason is needed to reopen it": 1}
    assert reopened.eligible == 1


def test_attempts_are_not_used_up_before_the_queued_one_is_due():
    row = make.error(category="OPERATIONAL")
    runner.run(plan("retry", [row]))

    again = plan("retry", [row])
    HubError.objects.filter(pk=row.pk).update(next_retry_at=timezone.now() - timedelta(seconds=1))
    due = plan("retry", [row])

    assert (again.refusals, again.eligible) == ({"an attempt is queued already": 1}, 0)
    assert due.eligible == 1
