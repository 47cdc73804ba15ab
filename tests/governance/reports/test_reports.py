"""Reports: every line of the compliance statement can fail, totals that differ are said."""

import json
import re
from datetime import datetime

import pytest
from django.db import connection, transaction

from governance.models import ApprovalPolicy, ErrorCode, Event, Report
from governance.reports import audit, body, markdown
from governance.services.operations import command_line, runner
from governance.services.playbooks import reports
from outreach_admin.db.roles import as_owner
from tests import make
from tests.governance.rules import PARK_DOL, PARK_TRIED, RESET, RETRY, approved

RULES = (PARK_DOL, PARK_TRIED, RETRY, RESET)
POLICIES, GATES, RECORDS, TRAIL, RETRIES, CAUSES = range(6)


def begun(*rules):
    """A run over one row per rule, its first operation under way."""
    for table, given in (
        (make.DOL, {}),
        (make.CT, {"retry_count": 2}),
        (make.CT, {"retry_count": 0}),
    ):
        make.error(table, **given)
    make.target("failed")
    return approved(*(rules or RULES))


def reported(run):
    command_line.carry_out(run)
    return body.of(reports.ensure(run.pk))


def passed(found):
    return [line["passed"] for line in found["compliance"]]


def all_but(number):
    return [line != number for line in range(6)]


@pytest.mark.django_db
def test_figures_come_from_the_stored_events():
    found = reported(begun())

    assert found["total_processed"] == 3
    assert found["actions"] == {
        "dol_errors_parked": 1,
        "ct_errors_parked": 1,
        "ct_errors_retried": 1,
        "ct_reset_to_pending": 1,
    }
    assert found["audit"] == {"PARK": 2, "RETRY": 1, "RESET": 1, "total": 4}
    assert found["tiers"]["before"] == found["tiers"]["after"]
    assert found["not_ready"] == {"ct_pending": 1, "ct_failed": 0, "no_ct_record": 3}
    assert (found["reconciled"], found["differences"]) == (True, [])
    assert passed(found) == [True] * 6


@pytest.mark.django_db
def test_the_header_says_who_when_and_which_version():
    run = begun()

    header = reported(run)["run"]

    assert header["executor"] == run.requester.username
    assert header["approvers"] == [run.approvals.get().votes.get().voter.username]
    assert (header["version"], header["mode"], header["started_at"]) == (
        1,
        "Operations cleanup (no doctrine changes)",
        run.started_at.isoformat(),
    )


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
    assert any("0 events for 1 applied rows" in sentence for sentence in found["differences"])
    assert "UNRECONCILED" in markdown.render(found)


@pytest.mark.usefixtures("committed_db")
def test_totals_are_unreconciled_when_an_outcome_was_rewritten():
    run = begun()
    command_line.carry_out(run)
    first = run.operations.get(position=0)

    with as_owner() as owner, transaction.atomic(), owner.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_operationitem DISABLE TRIGGER a_guard")
        cursor.execute(
            "UPDATE governance_operationitem SET outcome = 'skipped' WHERE operation_id = %s",
            [first.pk],
        )
        cursor.execute("ALTER TABLE governance_operationitem ENABLE TRIGGER a_guard")

    found = reports.ensure(run.pk).body
    assert found["differences"] == [f"{first}: its counters say 1 applied, its rows 1 skipped."]


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


@pytest.mark.django_db
def test_rows_changed_since_the_plan_are_said_and_still_reconcile():
    run = begun()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE governance_huberror SET owner = 'Somebody' WHERE code = 'NO_MATCH'")

    found = reported(run)

    assert found["actions"]["dol_errors_parked"] == 0
    assert found["reconciled"]
    assert any(sentence.startswith("Plan again: 1 rows") for sentence in found["recommendations"])


@pytest.mark.django_db
def test_recommendations_follow_the_figures():
    found = reported(begun())

    assert "Run the Company Target pipeline on 1 pending records." in found["recommendations"]
    assert (
        "Create Company Target records for 3 companies that have none." in found["recommendations"]
    )
    assert not any("past NOT_READY" in sentence for sentence in found["recommendations"])


@pytest.mark.django_db
def test_later_operations_do_not_touch_a_report():
    run = begun()
    found = reported(run)

    command_line.undo(list(run.operations.all()), by=run.requester)

    assert body.of(reports.ensure(run.pk)) == found


@pytest.mark.django_db
def test_the_markdown_has_every_section_of_the_seed():
    found = reported(begun())

    text = markdown.render(found)

    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == [
        "Executive summary",
        "Promotion readiness delta",
        "Actions taken",
        "Why NOT_READY records remain",
        "Compliance statement",
        "Audit trail summary",
        "Recommendations",
    ]
    assert "| **Total** | 4 |" in text
    assert text.count("- [x] ") == 6
    entries = json.loads(text.split("```json\n")[1].split("\n```")[0])
    assert entries == found["sample"]


@pytest.mark.django_db
def test_an_audit_entry_has_the_shape_of_the_seed():
    run = begun()
    command_line.carry_out(run)
    operation = {operation.verb: operation for operation in run.operations.all()}

    found = {
        entry["action"]: entry
        for entry in audit.entries(
            Event.objects.filter(
                operation_id__in=[one.pk for one in run.operations.all()]
            ).order_by("id")
        )
    }

    retried = Event.objects.get(action="RETRY")
    assert (
        datetime.fromisoformat(found["RETRY"]["details"].pop("next_retry_at"))
        == retried.next_retry_at
    )
    assert found["RETRY"] == {
        "timestamp": retried.at.isoformat(),
        "action": "RETRY",
        "entity_type": "ct_error",
        "entity_id": str(retried.subject_id),
        "details": {
            "outreach_id": str(retried.outreach_id),
            "new_retry_count": 1,
            "operation_id": operation["retry"].pk,
            "actor": run.requester.username,
        },
    }
    assert {"reason": "NO_MX_AFTER_RETRIES", "retry_count": 2}.items() <= found["PARK"][
        "details"
    ].items()
    assert found["RESET"]["entity_type"] == "company_target"
    assert {"from": "failed", "to": "pending"}.items() <= found["RESET"]["details"].items()


@pytest.mark.django_db
def test_an_outside_change_is_attributed_to_the_database_user():
    error = make.error()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET disposition = 'RESOLVED', resolved_at = now() WHERE id = %s",
            [error.pk],
        )
        cursor.execute("SELECT session_user")
        user = cursor.fetchone()[0]

    (entry,) = audit.entries(Event.objects.filter(action="RESOLVE"))

    assert entry["details"]["actor"] == user
    assert entry["details"]["operation_id"] is None


@pytest.mark.django_db
def test_a_run_under_way_has_no_report_yet():
    run = begun()
    runner.finish(run.operations.get(position=0))

    assert reports.ensure(run.pk) is None
