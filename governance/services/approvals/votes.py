"""Giving or refusing an agreement."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import NotPermitted, VoteRefused
from governance.models import (
    Approval,
    ApprovalVote,
    Operation,
    PlaybookRun,
)
from governance.queries import approvals, people
from governance.queries.canon import asked
from governance.services.approvals import counts, requests
from governance.services.operations import steering
from governance.services.playbooks import runs
from outreach_admin.exceptions import Refused
from outreach_admin.ui.people import name_of


def approve(
    approval: Approval,
    *,
    by: User,
    plan_hash: str | None = None,
    comment: str = "",
    channel: str = "browser",
) -> Approval:
    """Agree to the plan or call as it was read (`plan_hash`); the vote that completes the quorum lets a plan start, or go on where it was held.

    Only votes of people who may vote now count.

    Raises NotPermitted, VoteRefused (own request, voted already, not pending, expired, another plan, a call under a canon that is no longer in force).
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
        if policies.votes_that_count(current) >= current.quorum:
            _complete(current)
    _start_approved(current, approved_by=by)
    return current


def _complete(approval: Approval) -> None:
    approval.state = Approval.State.APPROVED
    approval.decided_at = timezone.now()
    if call := approval.asked_call:
        approval.expires_at = asked.lasts_until(call, approval.policy)
    approval.save(update_fields=["state", "decided_at", "expires_at"])
    subject = approval.plan
    if subject is not None and subject.state == "awaiting":
        subject.state, subject.state_note = "approved", ""
        subject.save(update_fields=["state", "state_note"])


def reject(
    approval: Approval,
    *,
    by: User,
    comment: str,
    plan_hash: str | None = None,
    channel: str = "browser",
) -> Approval:
    """Refuse the plan or call, saying why; it will not run. Raises as `approve`, and VoteRefused without a reason."""
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
        requests.end_subject(
            current, "rejected", note=f"Rejected by {people.in_full(by)}: {comment.strip()}"
        )
    return current


def _vote(
    approval: Approval,
    decision: str,
    *,
    by: User,
    plan_hash: str | None,
    comment: str,
    channel: str,
) -> Approval:
    current = counts.locked(approval)
    if current.state == Approval.State.APPROVED:
        counts.recount(current)
    _refuse_vote(current, by=by, plan_hash=plan_hash)
    note = comment.strip()
    counts.attribute(current, by=by, note=note, channel=channel)
    ApprovalVote.objects.create(
        approval=current,
        voter=by,
        decision=decision,
        plan_hash=current.plan_hash,
        comment=note.replace("\0", "\ufffd"),
        channel=channel,
    )
    counts.step(
        current.plan,
        "approved" if decision == ApprovalVote.Decision.APPROVE else "rejected",
        by=by.get_username(),
        note=note,
    )
    return current


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
            "This request has expired.", what_to_do=f"{name_of(approval.requester)} can ask again."
        )
    if approval.votes.filter(voter=by).exists():
        raise VoteRefused("You have voted on this request already.")
    if (
        plan_hash is not None and plan_hash != approval.plan_hash
    ) or approval.subject.plan_hash != approval.plan_hash:
        raise VoteRefused(
            "What you read is not what this request is about.",
            what_to_do="Open the request again and read it.",
        )
    if void := asked.void_because(approval):
        raise VoteRefused(void, what_to_do="The caller has to ask again.")


def _start_approved(approval: Approval, *, approved_by: User) -> None:
    """Start or go on at once, in the name of who asked; what stops it is written on the plan, and nobody's violation."""
    subject, by = approval.plan, approval.requester
    if approval.state != Approval.State.APPROVED or subject is None:
        return
    try:
        if held := approvals.held_operation(subject):
            subject = held
            steering.resume(held, by=by, approved_by=approved_by)
        elif isinstance(subject, Operation):
            steering.start(subject, by=by, approved_by=approved_by)
        else:
            runs.start(subject, by=by, approved_by=approved_by)
    except Refused as refusal:
        type(subject).objects.filter(pk=subject.pk).update(
            state_note=f"Approved, but not started: {_reason(subject, by) or refusal.sentence}"
        )


def _reason(subject: Operation | PlaybookRun, by: User) -> str:
    """Say why nothing starts in that person's name, to whoever reads it."""
    several = [subject] if isinstance(subject, Operation) else subject.operations.all()
    blockers = [why for operation in several for why in policies.run_blockers(by, operation)]
    return (
        f"{' '.join(dict.fromkeys(blockers))} Whoever may run it can start it." if blockers else ""
    )
