"""Every figure of a report is counted from what is stored."""

import pytest

from governance.models import Event
from governance.queries.playbooks.rules import RuleCount
from governance.reports import audit, figures
from governance.services.operations import command_line, plans
from tests import make
from tests.governance.reports.reported import begun, passed, reported
from tests.governance.rules import PARK_DOL, RESET, RETRY, approved


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


@pytest.mark.parametrize(
    ("entity", "action", "name"),
    [
        ("dol_error", "PARK", "dol_errors_parked"),
        ("ct_error", "SET_TTL", "ct_errors_given_ttl"),
        ("company_target", "RESET", "ct_reset_to_pending"),
        ("ct_error", "POLISH", "ct_errors_polish"),
    ],
)
def test_counts_are_named_by_record_and_action(entity, action, name):
    assert figures.key(entity, action) == name


@pytest.mark.django_db
def test_a_rule_that_found_nothing_counts_zero():
    make.error(make.CT)
    run = approved(PARK_DOL, RETRY)
    command_line.carry_out(run)
    operations = list(run.operations.order_by("position"))

    found = figures.actions(operations, run.version.rules, audit.entity_types())

    assert found == {"dol_errors_parked": 0, "ct_errors_retried": 1}
    assert figures.audit_counts(operations) == {"PARK": 0, "RETRY": 1, "total": 1}


@pytest.mark.django_db
def test_each_rule_says_what_became_of_its_rows_and_which_codes_they_had():
    make.error(make.DOL)
    make.error(make.DOL, code="NO_STATE", message="No state")
    run = approved({**PARK_DOL, "codes": []})
    command_line.carry_out(run)

    (rule,) = figures.rules(run, list(run.operations.all()))

    assert (rule["applied"], rule["planned"], rule["left_alone"], rule["events"]) == (2, 2, 0, 2)
    assert {code["code"]: code["rows"] for code in rule["codes"]} == {"NO_MATCH": 1, "NO_STATE": 1}
    assert all(code["title"] for code in rule["codes"])


@pytest.mark.django_db
def test_items_are_counted_by_outcome_also_where_there_are_none():
    operation = plans.make("park", errors=make.errors(2), by=make.triager(), reason="DATA_QUALITY")
    bare = make.operation()

    found = figures.items([operation, bare])

    assert found == {operation.pk: {"planned": 2}, bare.pk: {}}


@pytest.mark.django_db
def test_a_code_is_read_from_the_queue_or_the_archive():
    live, moved = make.error(make.DOL), make.error(make.URL)
    command_line.carry_out(
        plans.make("archive", errors=[moved], by=make.triager(), reason="MANUAL")
    )

    events = figures.with_code(
        Event.objects.filter(action="CREATE", subject_id__in=[live.pk, moved.pk])
    )

    assert dict(events.values_list("subject_id", "code")) == {
        live.pk: "NO_MATCH",
        moved.pk: "dns_error",
    }


@pytest.mark.django_db
def test_what_a_run_would_report_is_foreseen_from_its_counts():
    counts = [RuleCount(3, 2, {"already parked": 1}), RuleCount(1, 1, {})]

    found = figures.foreseen([PARK_DOL, RESET], counts)

    assert (found["dry_run"], found["total_processed"]) == (True, 2)
    assert found["actions"] == {"dol_errors_parked": 2, "ct_reset_to_pending": 1}
    assert found["audit"] == {"PARK": 2, "RESET": 1, "total": 3}
    assert found["rules"][0]["left_alone"] == {"already parked": 1}
