"""Plans that need somebody's word, and requests for it."""

from governance.models import Approval, ApprovalPolicy, Operation
from governance.services.approvals import requests
from governance.services.operations import plans
from governance.services.playbooks import run_plans
from tests import make


def planned(*, by=None, **given):
    """A plan that needs approval: archiving an error that blocks."""
    return plans.make(
        "archive", errors=[make.error(**given)], by=by or make.triager(), reason="MANUAL"
    )


def requested(**given):
    operation = planned(**given)
    return requests.make(operation, by=operation.requester, note="Nothing can be done about it.")


def two_needed():
    ApprovalPolicy.objects.filter(name="ARCHIVE-BLOCKING").update(quorum=2)


def state_of(approval):
    return Approval.objects.get(pk=approval.pk).state


def operation_of(approval):
    return Operation.objects.get(pk=approval.operation_id)


def two_steps():
    """A playbook run that would park an error and reset a company target."""
    make.error(make.DOL)
    make.target("failed")
    park = {
        "name": "park DOL",
        "verb": "park",
        "error_table": make.DOL,
        "parameters": {"reason": "DATA_QUALITY"},
    }
    return run_plans.make(
        make.playbook([park, {"name": "reset", "verb": "reset"}]), by=make.triager()
    )
