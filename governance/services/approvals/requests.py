"""Asking for an agreement, taking it back, remarks on it, and its end by time."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import NotPermitted, StateRefused, VoteRefused
from governance.models import (
    Approval,
    ApprovalComment,
    ApprovalPolicy,
    Operation,
    PlaybookRun,
)
from governance.queries import approvals
from governance.services import chores
from governance.services.approvals import counts, gates
from governance.services.operations import records
from governance.services.playbooks import runs
from outreach_admin.ui.people import name_of


def make(subject: Operation | PlaybookRun, *, by: User, note: str = "") -> Approval:
    """Ask somebody else to agree to exactly this plan; for work that is held, anew.

    The policy is kept as it is now. Raises NotPermitted, StateRefused (not waiting, no eligible row, no gate, a policy that was
    given up, asked already).
    """
    gates.renew(subject)
    with transaction.atomic():
        current = records.locked(subject)
        held = approvals.held_operation(current)
        _refuse_to_ask(current, held, by=by)
        policy = _policy_to_ask_by(current, held)
        expires_at = timezone.now() + timedelta(hours=policy.hours_valid)
        approval = Approval.objects.create(
            operation=current if isinstance(current, Operation) else None,
            playbook_run=current if isinstance(current, PlaybookRun) else None,
            plan_hash=current.plan_hash,
            policy=policy.snapshot(),
            requester=by,
            note=note.replace("\0", "\ufffd"),
            expires_at=expires_at if held else min(expires_at, current.expires_at),
        )
        if not held:
            current.state, current.state_note = "awaiting", ""
            current.save(update_fields=["state", "state_note"])
        counts.step(current, "requested", by=by.get_username(), note=note)
    subject.refresh_from_db()
    return approval


def _refuse_to_ask(subject: Operation | PlaybookRun, held: Operation | None, *, by: User) -> None:
    if held is not None and not policies.may_run(by, held):
        raise NotPermitted(
            f"You may not ask for {subject}.", what_to_do="Ask a person in the group that may."
        )
    if held is None and by.pk != subject.requester_id:
        raise NotPermitted(
            f"Only {name_of(subject.requester)} can ask for {subject}.",
            what_to_do="Plan it yourself.",
        )
    if subject.approvals.filter(state__in=Approval.OPEN_STATES).exists():
        raise StateRefused(f"Somebody has asked for {subject} already.")


def _policy_to_ask_by(
    subject: Operation | PlaybookRun, held: Operation | None = None
) -> ApprovalPolicy:
    if held is None and (subject.state != "planned" or subject.expires_at <= timezone.now()):
        raise StateRefused(
            f"{subject} is {subject.get_state_display().lower()}: there is nothing to ask for."
        )
    if isinstance(subject, Operation) and subject.playbook_run_id:
        raise StateRefused(
            f"{subject} is a part of RUN-{subject.playbook_run_id}.",
            what_to_do=f"Ask for RUN-{subject.playbook_run_id}.",
        )
    if held is None and not subject.eligible:
        raise StateRefused(
            f"{subject} has no eligible row: there is nothing to ask for.",
            what_to_do="Discard it.",
        )
    if not subject.gate:
        raise StateRefused(f"{subject} needs no approval: start it.")
    policy = ApprovalPolicy.objects.filter(name=subject.gate, is_active=True).first()
    if policy is None:
        raise StateRefused(
            f"Policy {subject.gate} no longer applies, so nobody can approve {subject} by it.",
            what_to_do=f"{'Cancel' if held else 'Discard'} it and plan anew.",
        )
    return policy


def withdraw(
    approval: Approval,
    *,
    by: User,
    channel: str = "browser",
) -> Approval:
    """Take a request back; the plan or call can be asked for again. Raises NotPermitted, StateRefused."""
    if by.pk != approval.requester_id:
        raise NotPermitted("Only who asked can withdraw a request.")
    with transaction.atomic():
        current = counts.locked(approval)
        if not current.is_open:
            raise StateRefused(f"The request is {current.get_state_display().lower()}.")
        counts.attribute(current, by=by, channel=channel)
        current.state = Approval.State.WITHDRAWN
        current.decided_at = timezone.now()
        current.save(update_fields=["state", "decided_at"])
        _ask_again(current.plan)
        counts.step(current.plan, "withdrawn", by=by.get_username())
    return current


def discard(approval: Approval, *, by: User) -> Approval:
    """Be done with a rejection: it no longer waits for who asked. Raises NotPermitted, StateRefused unless it was rejected and is new."""
    if by.pk != approval.requester_id:
        raise NotPermitted("Only who asked can discard a rejected request.")
    with transaction.atomic():
        current = counts.locked(approval)
        if current.state != Approval.State.REJECTED:
            raise StateRefused(f"The request is {current.get_state_display().lower()}.")
        if current.discarded_at is not None:
            raise StateRefused("The request is discarded already.")
        current.discarded_at = timezone.now()
        current.save(update_fields=["discarded_at"])
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
    stale = Approval.objects.filter(state__in=Approval.OPEN_STATES, expires_at__lte=at)
    return chores.each(stale, _expire)


def _expire(stale: Approval) -> bool:
    approval = counts.locked(stale)
    if not approval.is_open:
        return False
    counts.attribute(approval, by="system", note="Its time has passed.")
    approval.state = Approval.State.EXPIRED
    approval.decided_at = timezone.now()
    approval.save(update_fields=["state", "decided_at"])
    _ask_again(approval.plan, note="The request expired: ask again.")
    return True


def _ask_again(subject: Operation | PlaybookRun | None, *, note: str = "") -> None:
    """Put a plan back to where it can be asked for; what is under way stays held."""
    if subject is not None and subject.state in ("awaiting", "approved"):
        subject.state, subject.state_note = "planned", note
        subject.save(update_fields=["state", "state_note"])


def end_subject(approval: Approval, state: str, *, note: str) -> None:
    """End the plan or run that the request is about, with all its rows; what is held stays held. Call with both locked."""
    subject = approval.plan
    if subject is None:
        return
    if subject.started_at is not None:
        counts.step(subject, "held", by="system", note=note)
    elif isinstance(subject, Operation):
        records.close(subject, state, note=note)
    else:
        runs.close(subject, state, note=note)
