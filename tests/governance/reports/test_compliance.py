"""Every line of the compliance statement can fail."""

import pytest
from django.db import transaction

from governance.models import ApprovalPolicy, ErrorCode, Report
from governance.reports import body, markdown
from governance.services.operations import command_line
from governance.services.playbooks import reports
from outreach_admin.db.roles import as_owner
from tests import make
from tests.governance.reports.reported import all_but, begun, passed, reported
from tests.governance.rules import PARK_DOL, PARK_TRIED, RESET, RETRY

POLICIES, GATES, RECORDS, TRAIL, RETRIES, CAUSES = range(6)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: ErrorCode.objects.filter(code="NO_MATCH").update(max_retries=9),
        lambda: ApprovalPolicy.objects.filter(name="BULK-ROWS").update(is_active=False),
    ],
)
def test_line_1_fails_when_a_policy_changes_meanwhile(change):
    run = begun()

    change()

    found = reported(run)
    assert passed(found) == all_but(POLICIES)
    assert "changed" in found["run"]["mode"]


@pytest.mark.usefixtures("committed_db")
def test_line_1_fails_when_a_trigger_is_switched_off_meanwhile():
    run = begun()

    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_huberror DISABLE TRIGGER b_allowed_update")

    assert passed(reported(run)) == all_but(POLICIES)


@pytest.mark.django_db
def test_line_2_fails_when_a_done_flag_changes_meanwhile():
    target = make.target("pending")
    run = begun()

    (
        target.execution_status,
        target.email_method,
        target.confidence_score,
        target.imo_completed_at,
    ) = "ready", "first.last", "0.70", run.as_of
    target.save()

    assert passed(reported(run)) == all_but(GATES)


@pytest.mark.django_db
def test_line_3_fails_when_an_id_is_inserted_meanwhile():
    run = begun()

    make.outreach()

    found = reported(run)
    assert not found["compliance"][RECORDS]["passed"]
    assert "4 outreach ids before, 5 after" in found["compliance"][RECORDS]["evidence"]


@pytest.mark.usefixtures("committed_db")
def test_line_4_fails_and_totals_are_unreconciled_when_an_event_is_missing():
    run = begun()
    command_line.carry_out(run)

    with as_owner() as owner, transaction.atomic(), owner.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_event DISABLE TRIGGER append_only")
        cursor.execute("DELETE FROM governance_event WHERE action = 'RETRY'")
        cursor.execute("ALTER TABLE governance_event ENABLE TRIGGER append_only")

    found = body.of(reports.ensure(run.pk))
    assert passed(found) == all_but(TRAIL)
    assert not found["reconciled"]
    assert Report.objects.get().reconciled is False
    assert any("0 events for 1 applied row" in sentence for sentence in found["differences"])
    assert "UNRECONCILED" in markdown.render(found)


@pytest.mark.django_db
def test_line_5_fails_when_a_parked_row_satisfied_a_retry_rule():
    greedy = {**PARK_TRIED, "min_retries": 1, "max_retries": None}
    make.error(make.CT, retry_count=1)

    found = reported(begun(PARK_DOL, greedy, RETRY, RESET))

    assert passed(found) == all_but(RETRIES)
    assert found["compliance"][RETRIES]["evidence"] == "1 of 3 parked rows satisfied a retry rule."


@pytest.mark.django_db
def test_line_6_fails_when_something_is_parked_that_tries_could_fix():
    hasty = {**PARK_TRIED, "min_retries": None}

    found = reported(begun(PARK_DOL, hasty, RESET))

    assert passed(found) == all_but(CAUSES)
    assert (
        found["compliance"][CAUSES]["evidence"]
        == "1 with a structural code, 0 with their retries used up by the rule, 2 with neither."
    )
