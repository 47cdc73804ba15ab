"""What somebody who decides on a request has to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from governance import policies
from governance.models import Approval, ApprovalVote, Operation, PlaybookRun
from governance.queries.operations import outcomes
from governance.queries.operations.effects import OPENED
from governance.verbs.registry import VERBS
from outreach_admin.ui.people import name_of

EFFECTS = ("companies", "blocked_companies", *OPENED, "expiring_48h")


@dataclass(frozen=True)
class Check:
    """One condition of the gate and whether it holds for this reader now."""

    text: str
    note: str
    holds: bool


@dataclass(frozen=True)
class Opened:
    """A request with its plans, their effect, what else touches the same rows, and the conditions of its gate."""

    operations: list[Operation]
    eligible: int
    skipped: int
    effect: dict[str, int]
    undoable: bool
    sample: list[outcomes.Sampled]
    overlaps: list[outcomes.Overlap]
    checks: list[Check]
    votes: list["Voice"]
    is_open: bool


@dataclass(frozen=True)
class Voice:
    """A vote, and why it does not count now; empty where it does, or where nothing depends on it any more."""

    vote: ApprovalVote
    void: str


def of(approval: Approval, *, reader: Any, at: datetime) -> Opened:
    """Read everything about one request as `reader` may decide on it at this moment."""
    operations = plans_of(approval)
    is_open = approval.state == Approval.State.PENDING and approval.expires_at > at
    return Opened(
        operations=operations,
        eligible=sum(operation.eligible for operation in operations),
        skipped=sum(operation.skipped for operation in operations),
        effect=effect_of(operations),
        undoable=all(
            operation.kind == Operation.Kind.IMPORT or VERBS[operation.verb].undoable
            for operation in operations
        ),
        sample=outcomes.sample(operations[0]) if is_open and len(operations) == 1 else [],
        overlaps=outcomes.overlaps(operations) if is_open else [],
        checks=_checks(approval, reader=reader, at=at),
        votes=_voices(approval),
        is_open=is_open,
    )


def _voices(approval: Approval) -> list[Voice]:
    matters = approval.subject.finished_at is None
    return [
        Voice(vote, " ".join(policies.vote_blockers(vote.voter, approval)) if matters else "")
        for vote in approval.votes.select_related("voter")
    ]


def held_operation(subject: Operation | PlaybookRun) -> Operation | None:
    """Return the operation under way that waits for a new approval: the subject itself, or a step of the run."""
    if isinstance(subject, PlaybookRun):
        paused = subject.operations.filter(state=Operation.State.PAUSED).first()
    else:
        paused = None if subject.playbook_run_id else subject
    if paused is None or paused.state != Operation.State.PAUSED or not paused.gate:
        return None
    return paused if policies.in_use_blockers(paused) else None


@dataclass(frozen=True)
class Renewal:
    """What work that is held for want of an approval waits for: the request that is open, or that somebody asks."""

    operation: Operation
    asked: Approval | None

    @property
    def is_given(self) -> bool:
        """Whether it may be resumed: the new approval is there, and nothing went on by itself."""
        return self.asked is not None and self.asked.state == Approval.State.APPROVED


def renewal_of(subject: Operation | PlaybookRun) -> Renewal | None:
    """Return what `subject` waits for when it is held because its approval no longer holds."""
    held = held_operation(subject)
    if held is None:
        return None
    return Renewal(held, subject.approvals.filter(state__in=Approval.OPEN_STATES).last())


@dataclass(frozen=True)
class Rejection:
    """A rejected request, the votes that say why, and what its requester may do about it now."""

    approval: Approval
    votes: list[ApprovalVote]
    may_discard: bool
    may_plan: bool


def rejection_of(approval: Approval | None, *, reader: Any) -> Rejection | None:
    """Return the rejection that a request ended with; None where it did not. One query where it did."""
    if approval is None or approval.state != Approval.State.REJECTED:
        return None
    against = approval.votes.filter(decision=ApprovalVote.Decision.REJECT)
    return Rejection(
        approval=approval,
        votes=list(against.select_related("voter")),
        may_discard=policies.may_discard(reader, approval),
        may_plan=approval.requester_id == reader.pk
        and approval.subject.state == "rejected"
        and policies.may_plan_again(reader, approval.subject),
    )


def plans_of(approval: Approval) -> list[Operation]:
    """Return the plans a request is about, in the order they run."""
    if approval.operation:
        return [approval.operation]
    return (
        list(approval.playbook_run.operations.order_by("position")) if approval.playbook_run else []
    )


def effect_of(operations: Sequence[Operation]) -> dict[str, int]:
    """Add up what the plans would change; verbs that clear nothing open no gate."""
    found = dict.fromkeys(EFFECTS, 0)
    for operation in operations:
        for name in EFFECTS:
            if name in OPENED and not operation.effect.get("clears"):
                continue
            found[name] += operation.effect.get(name, 0)
    return found


def _checks(approval: Approval, *, reader: Any, at: datetime) -> list[Check]:
    policy = approval.policy
    asked_by_reader = approval.requester_id == reader.pk
    given = policies.votes_that_count(approval)
    found = [
        Check(
            "You are the requester" if asked_by_reader else "You are not the requester",
            "whoever asks never decides",
            not asked_by_reader,
        ),
        Check(
            "You may approve" if policies.may_vote(reader, approval) else "You may not approve",
            "right to vote on requests",
            policies.may_vote(reader, approval),
        ),
        Check(
            "Plan unchanged",
            "checked now, again before each chunk",
            approval.subject.plan_hash == approval.plan_hash,
        ),
        Check(
            f"Policy {policy['name']}, version {policy['version']}",
            f"{given} of {policy['quorum']} approvals, valid {policy['hours_valid']} h, used once",
            approval.expires_at > at or approval.state != Approval.State.PENDING,
        ),
    ]
    if approval.is_open and not approval.requester.is_active:
        note = "it will not start by itself: whoever may run it can start it"
        found.append(Check(f"{name_of(approval.requester)} is switched off", note, holds=False))
    return found


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
