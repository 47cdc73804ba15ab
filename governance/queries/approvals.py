"""What somebody who decides on a request has to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from governance import policies
from governance.models import (
    Approval,
    ApprovalPolicy,
    ApprovalVote,
    Operation,
    PlaybookRun,
)
from governance.models.approvals import ApprovalQuerySet
from governance.queries.canon import asked
from governance.queries.operations import outcomes
from governance.queries.operations.effects import OPENED
from governance.verbs.registry import VERBS
from outreach_admin.ui import figures
from outreach_admin.ui.people import name_of

EFFECTS = (
    "companies",
    "blocked_companies",
    *OPENED,
    "expiring_48h",
    "closes",
    "tier_changes",
)


@dataclass(frozen=True)
class Check:
    """One condition of the gate for this reader now; `state` is holds, waits, warns or fails.

    `part` names the part of the page that tells more, empty for none.
    """

    text: str
    note: str
    state: str
    part: str = ""

    @property
    def holds(self) -> bool:
        return self.state == "holds"


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
    moved: list[outcomes.Moved]
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
    moved = outcomes.moved_since(operations) if is_open else []
    overlaps = outcomes.overlaps(operations) if is_open else []
    return Opened(
        operations=operations,
        eligible=sum(operation.eligible for operation in operations),
        skipped=sum(operation.skipped for operation in operations),
        effect=effect_of(operations),
        undoable=approval.plan is not None
        and all(
            operation.kind == Operation.Kind.IMPORT or VERBS[operation.verb].undoable
            for operation in operations
        ),
        sample=outcomes.sample(operations[0]) if is_open and len(operations) == 1 else [],
        overlaps=overlaps,
        moved=moved,
        checks=[
            *_checks(approval, moved, reader=reader, at=at),
            *_overlap_checks(overlaps),
        ],
        votes=_voices(approval),
        is_open=is_open,
    )


def _voices(approval: Approval) -> list[Voice]:
    matters = approval.plan.finished_at is None if approval.plan else approval.is_open
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
        and approval.plan is not None
        and approval.plan.state == "rejected"
        and policies.may_plan_again(reader, approval.plan),
    )


def plans_of(approval: Approval) -> list[Operation]:
    """Return the plans a request is about, in the order they run."""
    if approval.operation:
        return [approval.operation]
    if approval.playbook_run is None:
        return []
    return list(approval.playbook_run.operations.select_related("undoes").order_by("position"))


def effect_of(operations: Sequence[Operation]) -> dict[str, int]:
    """Add up what the plans would change; verbs that clear nothing open no gate."""
    found = dict.fromkeys(EFFECTS, 0)
    for operation in operations:
        for name in EFFECTS:
            if name in OPENED and not operation.effect.get("clears"):
                continue
            found[name] += operation.effect.get(name, 0)
    return found


def _checks(
    approval: Approval,
    moved: Sequence[outcomes.Moved],
    *,
    reader: Any,
    at: datetime,
) -> list[Check]:
    bound = (
        [_plan_check(approval, moved)]
        if approval.plan
        else [Check(*told) for told in asked.checks(approval, at=at)]
    )
    found = [
        *_reader_checks(approval, reader=reader),
        *bound,
        _policy_check(approval, at=at),
    ]
    if not approval.plan:
        return found
    if approval.is_open and not approval.requester.is_active:
        name = name_of(approval.requester)
        note = "it will not start by itself: whoever may run it can start it"
        found.append(Check(f"{name} is switched off", note, "warns"))
    return found


def _reader_checks(approval: Approval, *, reader: Any) -> list[Check]:
    asked = approval.requester_id == reader.pk
    may_vote = policies.may_vote(reader, approval)
    return [
        Check(
            "You are the requester" if asked else "You are not the requester",
            "whoever asks never decides",
            "fails" if asked else "holds",
        ),
        Check(
            "You may approve" if may_vote else "You may not approve",
            "right to vote on requests",
            "holds" if may_vote else "fails",
        ),
    ]


def _plan_check(approval: Approval, moved: Sequence[outcomes.Moved]) -> Check:
    if approval.subject.plan_hash != approval.plan_hash:
        return Check(
            "This is not the plan that was asked for",
            "its hash is another one: it cannot be approved",
            "fails",
        )
    rows = sum(one.rows for one in moved)
    if not rows:
        return Check(
            "Plan and rows unchanged",
            "counted now, again before each chunk",
            "holds",
        )
    least = "At least " if any(one.at_least for one in moved) else ""
    changed = figures.counted(rows, "row has changed", "rows have changed")
    return Check(
        f"{least}{changed} since the plan",
        "they are skipped",
        "warns",
        part="moved",
    )


def _overlap_checks(overlaps: Sequence[outcomes.Overlap]) -> list[Check]:
    if not overlaps:
        return []
    others = figures.counted(len(overlaps), "other plan")
    # no more are looked for
    least = "at least " if len(overlaps) == outcomes.OVERLAPS else ""
    return [
        Check(
            f"Shares rows with {least}{others}",
            "the second skips them",
            "warns",
            part="overlaps",
        )
    ]


def _policy_check(approval: Approval, *, at: datetime) -> Check:
    policy = approval.policy
    given = policies.votes_that_count(approval)
    lasts = f"valid {policy['hours_valid']} h, used once"
    is_over = approval.state == Approval.State.PENDING and approval.expires_at <= at
    state = "holds" if given >= approval.quorum else "waits"
    return Check(
        f"Policy {policy['name']}, version {policy['version']}",
        f"{given} of {figures.counted(approval.quorum, 'approval')}, {lasts}",
        "fails" if is_over else state,
    )


def in_list(
    requests: ApprovalQuerySet,
    name: str,
    *,
    reader: Any,
    at: datetime,
) -> ApprovalQuerySet:
    """Keep the requests of one of the inbox's lists: due, mine, decided, expired."""
    if name == "due":
        may = reader.has_perm("governance.vote_approval")
        return requests.waiting_for(reader, at) if may else requests.none()
    if name == "mine":
        return requests.filter(requester=reader)
    return requests.decided() if name == "decided" else requests.lapsed(at)


def latest_of(subject: Operation | PlaybookRun) -> Approval | None:
    """Return the request that a plan was last asked for by."""
    return subject.approvals.select_related("requester").order_by("-pk").first()


def policy_of(subject: Operation | PlaybookRun) -> ApprovalPolicy | None:
    """Return the policy that stops a plan; one that would stop it by now counts as its gate, unsaved."""
    if subject.gate:
        return ApprovalPolicy.objects.filter(name=subject.gate, is_active=True).first()
    is_part = isinstance(subject, Operation) and subject.playbook_run_id
    if found := None if is_part else policies.gate_of(subject):
        # a start would put it there
        subject.gate = found.name
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
