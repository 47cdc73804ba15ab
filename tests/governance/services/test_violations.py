"""A start without approval is kept for good, with the plan it was about."""

import pytest

from governance.models import Violation
from governance.services import violations
from tests import make
from tests.governance.rules import RETRY, planned

pytestmark = pytest.mark.django_db


def test_a_violation_names_rule_person_plan_and_gate():
    operation = make.operation(gate="BULK-ROWS", channel="command line")
    person = make.triager()

    violations.record_missing_approval(operation, by=person, message="Nobody has approved it.")

    kept = Violation.objects.get()
    assert (kept.code, kept.severity, kept.disposition) == ("V-GATE-002", "CRITICAL", "PARK")
    assert (kept.operation, kept.playbook_run, kept.actor) == (operation, None, person.username)
    assert (kept.channel, kept.message) == ("command line", "Nobody has approved it.")
    assert kept.context == {"plan_hash": operation.plan_hash, "gate": "BULK-ROWS"}


def test_a_violation_of_a_run_is_about_the_run():
    make.error()
    run = planned(RETRY)

    violations.record_missing_approval(run, by=run.requester, message="No.")

    kept = Violation.objects.get()
    assert (kept.playbook_run, kept.operation) == (run, None)
    assert kept.context["gate"] == "PLAYBOOK-RUN"
