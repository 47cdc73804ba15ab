"""The content of a report: header, order, and nothing that later operations touch."""

import json

import pytest

from governance.models import Report, Tier
from governance.reports import body
from governance.services.operations import command_line
from governance.services.playbooks import reports
from tests.governance.reports.reported import begun, reported
from tests.governance.rules import PARK_DOL, RETRY


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
def test_later_operations_do_not_touch_a_report():
    run = begun()
    found = reported(run)

    command_line.undo(list(run.operations.all()), by=run.requester)

    assert body.of(reports.ensure(run.pk)) == found


@pytest.mark.django_db
def test_what_is_read_back_has_the_order_of_the_rules():
    built = body.build(ended(begun(RETRY, PARK_DOL)))
    stored = json.loads(json.dumps(built, sort_keys=True))

    found = body.of(Report(body=stored))

    assert list(found["actions"]) == ["ct_errors_retried", "dol_errors_parked"]
    assert list(found["audit"]) == ["RETRY", "PARK", "total"]
    assert list(found["tiers"]["after"]) == Tier.values
    assert list(found["not_ready"]) == ["ct_pending", "ct_failed", "no_ct_record"]


@pytest.mark.django_db
def test_companies_that_changed_their_tier_are_counted_once():
    run = ended(begun())
    run.before["tiers"] = {"NOT_READY": 4, "TIER_0_ANCHOR_DONE": 1}
    run.after["tiers"] = {"NOT_READY": 1, "TIER_0_ANCHOR_DONE": 4}

    assert body.build(run)["moved"] == 3


def ended(run):
    command_line.carry_out(run)
    return run
