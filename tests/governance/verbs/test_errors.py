"""Every verb of live errors: what it changes, what it refuses, what it leaves in the audit trail, who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.exceptions import PlanRefused
from governance.models import ErrorTable, HubError
from governance.services.operations import plans, runner
from governance.verbs import errors
from tests import make
from tests.governance.verbs.promises import Case, EveryVerb

pytestmark = pytest.mark.django_db

PARKED = {"disposition": "PARKED"}
RESOLVED = {"disposition": "RESOLVED"}
RETRY = Case(
    "retry",
    before={"retry_count": 1},
    after={"retry_count": 2, "disposition": "RETRY"},
    refused={"retry_count": 3},
    because="retries exhausted",
)
CASES = (
    RETRY,
    Case(
        "park",
        asked={"reason": "DATA_QUALITY"},
        after=PARKED | {"park_reason": "DATA_QUALITY"},
        refused=PARKED,
        because="already parked",
    ),
    Case(
        "unpark",
        before=PARKED,
        after={"disposition": "RETRY", "park_reason": None, "parked_by": None},
        refused={},
        because="not parked",
    ),
    Case(
        "resolve",
        asked={"note": "fixed"},
        after=RESOLVED | {"resolution_note": "fixed"},
        refused=RESOLVED,
        because="already resolved",
    ),
    Case(
        "ignore",
        asked={"note": "noise"},
        after={"disposition": "IGNORE"},
        refused=PARKED,
        because="parked: unpark it first",
    ),
    Case(
        "escalate",
        asked={"note": "late"},
        before=PARKED,
        after={"escalation_level": 1},
        refused={},
        because="not parked",
    ),
    Case(
        "assign",
        asked={"owner": "Platform team"},
        after={"owner": "Platform team"},
        refused={"owner": "Platform team"},
        because="already theirs",
    ),
    Case(
        "set_ttl",
        asked={"ttl_tier": "LONG"},
        after={"ttl_tier": "LONG"},
        refused={"ttl_tier": "LONG"},
        because="has this TTL already",
    ),
)


class TestErrorVerbs(EveryVerb):
    cases = CASES


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

    runner.run(RETRY.plan([error]))

    error.refresh_from_db()
    assert least <= (error.next_retry_at - error.last_retry_at).total_seconds() <= most


def test_a_further_attempt_waits_an_hour_at_most():
    error = make.error(code="CT-M-SMTP-FAIL", retry_count=20, max_retries=30)

    runner.run(RETRY.plan([error]))

    error.refresh_from_db()
    assert error.next_retry_at - error.last_retry_at == timedelta(hours=1)


@pytest.mark.parametrize("attempts", [1_100, 30_000])
def test_attempts_without_end_wait_an_hour_too(attempts):
    error = make.error(code="CT-M-SMTP-FAIL", retry_count=attempts, max_retries=32_000)

    operation = RETRY.plan([error])
    runner.run(operation)

    error.refresh_from_db()
    assert (operation.applied, operation.failed) == (1, 0)
    assert error.next_retry_at - error.last_retry_at == timedelta(hours=1)


def test_a_resolved_row_is_reopened_only_for_a_reason():
    error = make.error(disposition="RESOLVED")

    refused = RETRY.plan([error])
    reopened = RETRY.plan([error], note="it came back")

    assert refused.refusals == {"resolved: a reason is needed to reopen it": 1}
    assert reopened.eligible == 1


def test_attempts_are_not_used_up_before_the_queued_one_is_due():
    row = make.error(category="OPERATIONAL")
    runner.run(RETRY.plan([row]))

    again = RETRY.plan([row])
    HubError.objects.filter(pk=row.pk).update(next_retry_at=timezone.now() - timedelta(seconds=1))
    due = RETRY.plan([row])

    assert (again.refusals, again.eligible) == ({"an attempt is queued already": 1}, 0)
    assert due.eligible == 1


@pytest.mark.parametrize("verb", ["park", "unpark", "resolve", "ignore", "retry"])
def test_a_table_that_does_not_allow_what_a_row_would_become_refuses_it(verb):
    case = next(one for one in CASES if one.verb == verb)
    row = make.error(**case.before)
    ErrorTable.objects.filter(name=make.CT).update(
        allowed_dispositions=["ARCHIVED"], default_disposition="ARCHIVED"
    )

    operation = case.plan([row])

    wanted = case.after["disposition"]
    assert operation.refusals == {f"its error table does not allow {wanted}": 1}


def test_a_parked_row_keeps_owner_and_ttl_unless_others_were_chosen():
    own, given = make.error(owner="Somebody", ttl_tier="SHORT"), make.error()
    by = make.triager()

    runner.run(plans.make("park", errors=[own], by=by, reason="DATA_QUALITY"))
    runner.run(
        plans.make(
            "park",
            errors=[given],
            by=by,
            reason="DATA_QUALITY",
            owner="Platform team",
            ttl_tier="LONG",
        )
    )

    own.refresh_from_db()
    given.refresh_from_db()
    assert (own.owner, own.ttl_tier, own.parked_by) == ("Somebody", "SHORT", by.username)
    assert (given.owner, given.ttl_tier) == ("Platform team", "LONG")


def test_nothing_is_escalated_beyond_the_platform_team():
    row = make.error(disposition="PARKED", escalation_level=3, escalated_at=timezone.now())

    operation = plans.make("escalate", errors=[row], by=make.triager(), note="late")

    assert operation.refusals == {"already at the highest level": 1}


def test_errors_are_given_to_the_teams_of_tables_and_to_the_platform_team():
    owners = [value for value, _ in errors.owner_choices()]

    assert owners == sorted({*ErrorTable.objects.values_list("owner", flat=True), "Platform team"})
    with pytest.raises(PlanRefused, match="Owner: Select a valid choice"):
        plans.make("assign", errors=[make.error()], by=make.triager(), owner="Nobody")
