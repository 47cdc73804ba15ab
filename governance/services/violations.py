"""Records of broken rules."""

from django.contrib.auth.models import User

from governance.models import Operation, PlaybookRun, Violation

MISSING_APPROVAL = "V-GATE-002"


def record_missing_approval(
    subject: Operation | PlaybookRun, *, by: User, message: str
) -> Violation:
    """Record V-GATE-002: somebody tried to run a gated plan without approval. Tool empty, subject = the plan."""
    return Violation.objects.create(
        code=MISSING_APPROVAL,
        severity="CRITICAL",
        disposition="PARK",
        operation=subject if isinstance(subject, Operation) else None,
        playbook_run=subject if isinstance(subject, PlaybookRun) else None,
        message=message,
        actor=by.get_username(),
        channel=subject.channel,
        context={"plan_hash": subject.plan_hash, "gate": subject.gate},
    )
