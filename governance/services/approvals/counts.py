"""Counting votes anew: requests follow who may vote, for plans, runs and work that is held alike."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from governance import policies
from governance.models import Approval, Operation, PlaybookRun
from governance.services import attribution
from governance.services.operations import records


def recount_open() -> int:
    """Let every open request follow who may vote now; returns how many changed. Called every minute, and when rights change."""
    changed = 0
    for open_one in Approval.objects.filter(state__in=Approval.OPEN_STATES):
        with transaction.atomic():
            changed += recount(locked(open_one))
    return changed


def recount(approval: Approval) -> bool:
    """Let a request fall back to pending when its votes no longer suffice, and rise when they do again; says whether it changed.

    Nothing starts by that. Call with the request locked.
    """
    blockers = policies.quorum_blockers(approval)
    if approval.state == Approval.State.APPROVED and blockers:
        _move(approval, Approval.State.PENDING, kind="fell back", note=" ".join(blockers))
        return True
    if approval.state == Approval.State.PENDING and not blockers:
        _move(approval, Approval.State.APPROVED, kind="holds again", note="Enough votes count.")
        return True
    return False


def _move(approval: Approval, state: str, *, kind: str, note: str) -> None:
    attribute(approval, by="system", note=note)
    approval.state = state
    approval.decided_at = timezone.now() if state == Approval.State.APPROVED else None
    approval.save(update_fields=["state", "decided_at"])
    if subject := approval.plan:
        _move_plan(subject, state, kind=kind, note=note)


def _move_plan(
    subject: Operation | PlaybookRun,
    state: str,
    *,
    kind: str,
    note: str,
) -> None:
    if subject.state in ("awaiting", "approved"):
        subject.state = "approved" if state == Approval.State.APPROVED else "awaiting"
        subject.save(update_fields=["state"])
    subject.state_note = f"The approval {kind}. {note}"
    subject.save(update_fields=["state_note"])
    step(subject, kind, by="system", note=note)


def recount_of(subject: Operation | PlaybookRun) -> None:
    """Let the open request of a plan follow who may vote."""
    with transaction.atomic():
        open_one = subject.approvals.filter(state__in=Approval.OPEN_STATES).last()
        if open_one is not None:
            recount(locked(open_one))


def locked(approval: Approval) -> Approval:
    """Lock subject before request, the order in which a start locks them; a call of a tool never changes."""
    if subject := approval.plan:
        records.locked(subject)
    return (
        Approval.objects.select_for_update(of=("self",))
        .select_related("operation", "playbook_run", "asked_call")
        .get(pk=approval.pk)
    )


def attribute(
    approval: Approval,
    *,
    by: User | str,
    note: str = "",
    channel: str = "",
) -> None:
    """Name who takes the next step of a request for a call: its history is written by trigger."""
    if approval.plan is None:
        attribution.attribute(
            by=by,
            reason=note.replace("\0", "\ufffd"),
            channel=channel,
        )


def step(subject: Operation | PlaybookRun | None, kind: str, *, by: str, note: str = "") -> None:
    """Add a moment to the timeline of a plan, or of every plan of a run; a call of a tool has none."""
    if subject is None:
        return
    steps_of = [subject] if isinstance(subject, Operation) else list(subject.operations.all())
    for operation in steps_of:
        records.step(operation, kind, by=by, note=note)
