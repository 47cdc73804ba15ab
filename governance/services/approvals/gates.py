"""Gates that policies of now put before plans of earlier."""

from django.db import transaction

from governance import policies
from governance.models import Operation, PlaybookRun
from governance.services.operations import records

WAITING = ("planned", "awaiting", "approved")


def renew(subject: Operation | PlaybookRun) -> None:
    """Put a gate before a waiting plan or run that a policy stops by now; it stays there when the start is refused."""
    with transaction.atomic():
        current = _locked(subject)
        is_part = isinstance(current, Operation) and current.playbook_run_id
        if current.gate or is_part or current.state not in WAITING:
            return
        if gate := policies.gate_of(current):
            _put(gate.name, current)


def _locked(subject: Operation | PlaybookRun) -> Operation | PlaybookRun:
    if isinstance(subject, Operation):
        return records.locked(subject)
    return PlaybookRun.objects.select_for_update().get(pk=subject.pk)


def _put(gate: str, subject: Operation | PlaybookRun) -> None:
    if isinstance(subject, PlaybookRun):
        subject.operations.filter(gate__isnull=True).update(gate=gate)
    subject.gate = gate
    subject.save(update_fields=["gate"])
