"""The clean-up of the whole backlog gives the figures of the seed, and its undo gives every row its own state back."""

import json
from collections import Counter
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection

from governance.models import Event, HubError, Report
from governance.reports import body

# all of them, so that they stay together and the story is told once
pytestmark = pytest.mark.django_db
TIERS = {
    "NOT_READY": 4314,
    "TIER_0_ANCHOR_DONE": 34124,
    "TIER_1_MARKETING_READY": 0,
    "TIER_2_ENRICHMENT_COMPLETE": 3737,
    "TIER_3_CAMPAIGN_READY": 17,
}
ROWS = {
    "errors": "SELECT md5(string_agg((to_jsonb(e) - 'version' - 'updated_at')::text, '|' ORDER BY id)) FROM governance_huberror e",
    "targets": "SELECT md5(string_agg((to_jsonb(t) - 'version')::text, '|' ORDER BY target_id)) FROM governance_companytarget t",
    "readiness": "SELECT md5(string_agg(r::text, '|' ORDER BY outreach_id)) FROM governance_readiness r",
}


def printed(*words):
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def checksums():
    found = {}
    with connection.cursor() as cursor:
        for name, sql in ROWS.items():
            cursor.execute(sql)
            found[name] = cursor.fetchone()[0]
    return found


def checked():
    out = StringIO()
    call_command("check_readiness", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def story(changed_backlog, django_db_blocker):
    """What was seen before, after a dry run, after the clean-up and after its undo, each step committed as on the command line."""
    seen = SimpleNamespace()
    with django_db_blocker.unblock():
        seen.before = checksums()
        seen.foreseen = printed("ops_cleanup", "--dry-run")
        seen.after_dry_run = checksums()
        seen.found = printed("ops_cleanup", "--by", "ops", "--approved-by", "manager")
        seen.parked = Counter(
            HubError.objects.filter(disposition="PARKED").values_list("park_reason", flat=True)
        )
        seen.scheduled = HubError.objects.filter(
            disposition="RETRY", last_retry_at__isnull=False, next_retry_at__isnull=False
        ).count()
        seen.readiness, seen.checked = printed("readiness"), checked()
        seen.undone = printed(
            "undo", *map(str, seen.found["operations"]), "--by", "ops", "--approved-by", "manager"
        )
        seen.after_undo, seen.checked_after_undo = checksums(), checked()
    return seen


def test_a_dry_run_foresees_every_count_and_changes_no_row(story):
    assert story.after_dry_run == story.before
    for name in ("total_processed", "actions", "audit"):
        assert story.foreseen[name] == story.found[name]


def test_the_clean_up_reports_the_figures_of_the_backlog(story):
    assert story.found["total_processed"] == 35197
    assert story.found["actions"] == {
        "dol_errors_parked": 29740,
        "ct_errors_parked": 26,
        "ct_errors_retried": 4378,
        "people_errors_parked": 0,
        "people_errors_retried": 1053,
        "ct_reset_to_pending": 13,
    }
    assert story.found["tiers"] == {"before": TIERS, "after": TIERS}
    assert story.found["audit"] == {"PARK": 29766, "RETRY": 5431, "RESET": 13, "total": 35210}
    assert story.found["not_ready"] == {"ct_pending": 2705, "ct_failed": 842, "no_ct_record": 767}


def test_all_six_compliance_lines_pass_and_the_totals_reconcile(story):
    assert [line["passed"] for line in story.found["compliance"]] == [True] * 6
    assert story.found["reconciled"] is True


def test_the_rows_are_what_the_report_says(story):
    assert story.parked == {"STRUCTURAL_NO_DOL_MATCH": 29740, "NO_MX_AFTER_RETRIES": 26}
    assert story.scheduled == 5431


def test_the_stored_report_holds_the_first_fifty_entries(story):
    stored = body.of(Report.objects.get())

    first = (
        Event.objects.filter(operation_id__in=story.found["operations"])
        .order_by("id")
        .values_list("subject_id", flat=True)[:50]
    )
    assert [entry["entity_id"] for entry in stored["sample"]] == [str(pk) for pk in first]
    assert stored["facts"]["parked"] == 29766


def test_readiness_stays_true_to_its_definition(story):
    assert story.readiness == TIERS
    assert "equals its definition" in story.checked
    assert "equals its definition" in story.checked_after_undo


def test_undo_gives_every_row_its_own_state_back(story):
    assert story.undone == {"reverted": 35210, "changed_since": 0, "not_reversible": 0}
    assert story.after_undo == story.before
