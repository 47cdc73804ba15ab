"""Asking for an agreement, and giving or refusing it."""

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
    ApprovalVote,
    Operation,
    PlaybookRun,
)
from governance.services import operations, playbook_runs
from outreach_admin.exceptions import Refused


def request(subject: Operation | PlaybookRun, *, by: User, note: str = "") -> Approval:
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
        _step(current, "requested", by=by, note=note)
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


def approve(
    approval: Approval,
    *,
    by: User,
    plan_hash: str | None = None,
    comment: str = "",
    channel: str = "browser",
) -> Approval:
    """Agree to the plan as it was read (`plan_hash`); the vote that completes the quorum lets it start.

    Raises NotPermitted, VoteRefused (own request, voted already, not pending, expired, another plan).
    """
    with transaction.atomic():
        current = _vote(
            approval,
            ApprovalVote.Decision.APPROVE,
            by=by,
            plan_hash=plan_hash,
            comment=comment,
            channel=channel,
        )
        if current.votes.filter(decision=ApprovalVote.Decision.APPROVE).count() >= current.quorum:
            current.state = Approval.State.APPROVED
            current.decided_at = timezone.now()
            current.save(update_fields=["state", "decided_at"])
            subject = current.subject
            subject.state = "approved"
            subject.save(update_fields=["state"])
    _start_approved(current)
    return current


def reject(
    approval: Approval,
    *,
    by: User,
    comment: str,
    plan_hash: str | None = None,
    channel: str = "browser",
) -> Approval:
    """Refuse the plan, saying why; it will not run. Raises as `approve`, and VoteRefused without a reason."""
    if not comment.strip():
        raise VoteRefused("A rejection needs a reason.", what_to_do="Say what should change.")
    with transaction.atomic():
        current = _vote(
            approval,
            ApprovalVote.Decision.REJECT,
            by=by,
            plan_hash=plan_hash,
            comment=comment,
            channel=channel,
        )
        current.state = Approval.State.REJECTED
        current.decided_at = timezone.now()
        current.save(update_fields=["state", "decided_at"])
        _end_subject(
            current, "rejected", note=f"Rejected by {by.get_username()}: {comment.strip()}"
        )
    return current


def withdraw(approval: Approval, *, by: User) -> Approval:
    """Take a request back; the plan can be asked for again. Raises NotPermitted, StateRefused."""
    if by.pk != approval.requester_id:
        raise NotPermitted("Only who asked can withdraw a request.")
    with transaction.atomic():
        current = _locked(approval)
        if current.state not in (Approval.State.PENDING, Approval.State.APPROVED):
            raise StateRefused(f"The request is {current.get_state_display().lower()}.")
        current.state = Approval.State.WITHDRAWN
        current.decided_at = timezone.now()
        current.save(update_fields=["state", "decided_at"])
        subject = current.subject
        subject.state = "planned"
        subject.save(update_fields=["state"])
        _step(subject, "withdrawn", by=by)
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
    expired = 0
    for stale in Approval.objects.filter(
        state__in=[Approval.State.PENDING, Approval.State.APPROVED], expires_at__lte=at
    ):
        with transaction.atomic():
            current = _locked(stale)
            if current.state in (Approval.State.PENDING, Approval.State.APPROVED):
                _expire(current)
                expired += 1
    return expired


def _expire(approval: Approval) -> None:
    approval.state = Approval.State.EXPIRED
    approval.decided_at = timezone.now()
    approval.save(update_fields=["state", "decided_at"])
    subject = approval.subject
    if subject.state in ("awaiting", "approved"):
        subject.state = "planned"
        subject.state_note = "The request expired: ask again."
        subject.save(update_fields=["state", "state_note"])


def _locked(approval: Approval) -> Approval:
    """Lock subject before request, the order in which a start locks them."""
    subject = approval.subject
    type(subject).objects.select_for_update().get(pk=subject.pk)
    return (
        Approval.objects.select_for_update(of=("self",))
        .select_related("operation", "playbook_run")
        .get(pk=approval.pk)
    )


def _vote(
    approval: Approval,
    decision: str,
    *,
    by: User,
    plan_hash: str | None,
    comment: str,
    channel: str,
) -> Approval:
    current = _locked(approval)
    _refuse_vote(current, by=by, plan_hash=plan_hash)
    ApprovalVote.objects.create(
        approval=current,
        voter=by,
        decision=decision,
        plan_hash=current.plan_hash,
        comment=comment.strip().replace("\0", "\ufffd"),
        channel=channel,
    )
    _step(
        current.subject,
        "approved" if decision == ApprovalVote.Decision.APPROVE else "rejected",
        by=by,
        note=comment.strip(),
    )
    return current


def approvers(operation: Operation) -> list[User]:
    """Return who approved the plan, by itself or with its playbook run, in order of their votes. One query, none without a gate."""
    if not operation.gate:
        return []
    agreed = ApprovalVote.objects.filter(
        decision=ApprovalVote.Decision.APPROVE,
        approval__state__in=[Approval.State.APPROVED, Approval.State.USED],
    )
    subject = (
        {"approval__playbook_run": operation.playbook_run_id}
        if operation.playbook_run_id
        else {"approval__operation": operation}
    )
    return [vote.voter for vote in agreed.filter(**subject).select_related("voter").order_by("pk")]


def _refuse_vote(approval: Approval, *, by: User, plan_hash: str | None) -> None:
    if by.pk == approval.requester_id:
        raise VoteRefused(
            "You asked for this yourself: somebody else has to decide.",
            what_to_do="Ask another manager.",
            status=403,
        )
    if not policies.may_vote(by, approval):
        raise NotPermitted("You may not decide on requests.", what_to_do="Ask a manager.")
    if approval.state != Approval.State.PENDING:
        raise VoteRefused(f"This request is {approval.get_state_display().lower()} already.")
    if approval.expires_at <= timezone.now():
        raise VoteRefused(
            "This request has expired.", what_to_do=f"{approval.requester} can ask again."
        )
    if approval.votes.filter(voter=by).exists():
        raise VoteRefused("You have voted on this request already.")
    if (
        plan_hash is not None and plan_hash != approval.plan_hash
    ) or approval.subject.plan_hash != approval.plan_hash:
        raise VoteRefused(
            "The plan you read is not the plan of this request.",
            what_to_do="Open the request again and read it.",
        )


def _start_approved(approval: Approval) -> None:
    """Start at once, in the requester's name; what stops it is written on the plan."""
    if approval.state != Approval.State.APPROVED:
        return
    subject = approval.subject
    try:
        if isinstance(subject, Operation):
            operations.start(subject, by=approval.requester)
        else:
            playbook_runs.start(subject, by=approval.requester)
    except Refused as refusal:
        type(subject).objects.filter(pk=subject.pk).update(
            state_note=f"Approved, but not started: {refusal.sentence}"
        )


def _end_subject(approval: Approval, state: str, *, note: str) -> None:
    subject = approval.subject
    if isinstance(subject, Operation):
        operations.close(subject, state, note=note)
    else:
        playbook_runs.close(subject, state, note=note)


def _step(subject: Operation | PlaybookRun, kind: str, *, by: User, note: str = "") -> None:
    steps_of = [subject] if isinstance(subject, Operation) else list(subject.operations.all())
    for operation in steps_of:
        operations.step(operation, kind, by=by.get_username(), note=note)
