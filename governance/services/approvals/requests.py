"""Asking for an agreement, taking it back, remarks on it, and its end by time."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from governance.exceptions import NotPermitted, StateRefused, VoteRefused
from governance.models import (
    Approval,
    ApprovalComment,
    ApprovalPolicy,
    Operation,
    PlaybookRun,
)
from governance.services import chores
from governance.services.operations import records
from governance.services.playbooks import runs


def make(subject: Operation | PlaybookRun, *, by: User, note: str = "") -> Approval:
    """Ask somebody else to agree to exactly this plan.

    The policy is kept as it is now. Raises NotPermitted, StateRefused (not waiting, no gate, a policy that was given up, asked already).
    """
    if by.pk != subject.requester_id:
        raise NotPermitted(
            f"Only {subject.requester} can ask for {subject}.", what_to_do="Plan it yourself."
        )
    with transaction.atomic():
        current = type(subject).objects.select_for_update().get(pk=subject.pk)
        policy = _policy_to_ask_by(current)
        approval = Approval.objects.create(
            operation=current if isinstance(current, Operation) else None,
            playbook_run=current if isinstance(current, PlaybookRun) else None,
            plan_hash=current.plan_hash,
            policy=policy.snapshot(),
            requester=by,
            note=note.replace("\0", "\ufffd"),
            expires_at=min(
                timezone.now() + timedelta(hours=policy.hours_valid), current.expires_at
            ),
        )
        current.state = "awaiting"
        current.save(update_fields=["state"])
        step(current, "requested", by=by, note=note)
    subject.refresh_from_db()
    return approval


def _policy_to_ask_by(subject: Operation | PlaybookRun) -> ApprovalPolicy:
    if subject.state != "planned" or subject.expires_at <= timezone.now():
        raise StateRefused(
            f"{subject} is {subject.get_state_display().lower()}: there is nothing to ask for."
        )
    if isinstance(subject, Operation) and subject.playbook_run_id:
        raise StateRefused(
            f"{subject} is a part of RUN-{subject.playbook_run_id}.",
            what_to_do=f"Ask for RUN-{subject.playbook_run_id}.",
        )
    if not subject.gate:
        raise StateRefused(f"{subject} needs no approval: start it.")
    policy = ApprovalPolicy.objects.filter(name=subject.gate, is_active=True).first()
    if policy is None:
        raise StateRefused(
            f"Policy {subject.gate} no longer applies, so nobody can approve {subject} by it.",
            what_to_do="Discard it and plan anew.",
        )
    return policy


def withdraw(approval: Approval, *, by: User) -> Approval:
    """Take a request back; the plan can be asked for again. Raises NotPermitted, StateRefused."""
    if by.pk != approval.requester_id:
        raise NotPermitted("Only who asked can withdraw a request.")
    with transaction.atomic():
        current = locked(approval)
        if current.state not in (Approval.State.PENDING, Approval.State.APPROVED):
            raise StateRefused(f"The request is {current.get_state_display().lower()}.")
        current.state = Approval.State.WITHDRAWN
        current.decided_at = timezone.now()
        current.save(update_fields=["state", "decided_at"])
        subject = current.subject
        subject.state = "planned"
        subject.save(update_fields=["state"])
        step(subject, "withdrawn", by=by)
    return current


def comment(approval: Approval, *, by: User, body: str) -> ApprovalComment:
    """Remark on a request without deciding. Raises NotPermitted unless the person asked or may vote, VoteRefused when empty."""
    if not (by.pk == approval.requester_id or by.has_perm("governance.vote_approval")):
        raise NotPermitted("You may not comment on this request.")
    if not body.strip():
        raise VoteRefused("A comment needs words.")
    return ApprovalComment.objects.create(
        approval=approval, author=by, body=body.strip().replace("\0", "\ufffd")
    )


def expire_stale(*, at: datetime | None = None) -> int:
    """Close requests whose time has passed; their plans go back to planned. Returns how many."""
    at = at or timezone.now()
    stale = Approval.objects.filter(
        state__in=[Approval.State.PENDING, Approval.State.APPROVED], expires_at__lte=at
    )
    return chores.each(stale, _expire)


def _expire(stale: Approval) -> bool:
    approval = locked(stale)
    if approval.state not in (Approval.State.PENDING, Approval.State.APPROVED):
        return False
    approval.state = Approval.State.EXPIRED
    approval.decided_at = timezone.now()
    approval.save(update_fields=["state", "decided_at"])
    subject = approval.subject
    if subject.state in ("awaiting", "approved"):
        subject.state = "planned"
        subject.state_note = "The request expired: ask again."
        subject.save(update_fields=["state", "state_note"])
    return True


def locked(approval: Approval) -> Approval:
    """Lock subject before request, the order in which a start locks them."""
    subject = approval.subject
    type(subject).objects.select_for_update().get(pk=subject.pk)
    return (
        Approval.objects.select_for_update(of=("self",))
        .select_related("operation", "playbook_run")
        .get(pk=approval.pk)
    )


def end_subject(approval: Approval, state: str, *, note: str) -> None:
    """End the plan or run that the request is about, with all its rows. Call with both locked."""
    subject = approval.subject
    if isinstance(subject, Operation):
        records.close(subject, state, note=note)
    else:
        runs.close(subject, state, note=note)


def step(subject: Operation | PlaybookRun, kind: str, *, by: User, note: str = "") -> None:
    """Add a moment to the timeline of a plan, or of every plan of a run."""
    steps_of = [subject] if isinstance(subject, Operation) else list(subject.operations.all())
    for operation in steps_of:
        records.step(operation, kind, by=by.get_username(), note=note)
