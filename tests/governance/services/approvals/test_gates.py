"""Gates that come later: put before waiting plans and runs, never before what is under way."""

import pytest

from governance.models import ApprovalPolicy
from governance.services.approvals import gates, requests
from governance.services.operations import plans, steering
from tests import make
from tests.governance.services.approvals.asked import two_steps

pytestmark = pytest.mark.django_db


def parking():
    return plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")


def test_what_a_policy_of_a_later_day_stops_can_be_asked_for():
    operation = parking()
    make.policy(name="LATER", verbs=["park"])

    requests.make(operation, by=operation.requester)

    assert (operation.state, operation.gate) == ("awaiting", "LATER")


def test_a_run_gets_its_gate_with_all_its_plans():
    ApprovalPolicy.objects.update(is_active=False)
    run = two_steps()
    ApprovalPolicy.objects.filter(name="PLAYBOOK-RUN").update(is_active=True)

    gates.renew(run)

    run.refresh_from_db()
    assert run.gate == "PLAYBOOK-RUN"
    assert set(run.operations.values_list("gate", flat=True)) == {"PLAYBOOK-RUN"}


def test_what_is_under_way_gets_no_gate():
    operation = parking()
    steering.start(operation, by=operation.requester)
    make.policy(name="LATER", verbs=["park"])

    gates.renew(operation)

    operation.refresh_from_db()
    assert operation.gate is None
