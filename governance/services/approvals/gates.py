"""Gates that policies of now put before plans of earlier."""

from django.db import transaction

from governance import policies
from governance.models import (
    Operation,
    PlaybookRun,
)
from governance.services.operations import records

WAITING = (
    "planned",
    "awaiting",
    "approved",
)


def renew(subject: Operation | PlaybookRun) -> None:
    """Put a gate before a waiting plan or run that a policy stops by now; it stays there when the start is refused."""
    with transaction.atomic():
        current = records.locked(subject)
        if current.gate or _is_part_of_run(current):
            return
        if current.state not in WAITING:
            return
        if gate := policies.gate_of(current):
            _put(gate.name, current)


def _is_part_of_run(subject: Operation | PlaybookRun) -> bool:
    if isinstance(subject, PlaybookRun):
        return False
    return subject.playbook_run_id is not None


def _put(gate: str, subject: Operation | PlaybookRun) -> None:
    if isinstance(subject, PlaybookRun):
        ungated = subject.operations.filter(gate=None)
        ungated.update(gate=gate)
    subject.gate = gate
    subject.save(update_fields=["gate"])
