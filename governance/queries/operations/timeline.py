"""The timeline of an operation: steps, remarks and refused attempts in one order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from governance.models import (
    Approval,
    ApprovalComment,
    Operation,
    OperationStep,
    PlaybookRun,
    Violation,
)
from governance.queries import people
from governance.queries.operations import standings


@dataclass(frozen=True)
class OperationMoment:
    """One thing that happened, told in `text`; `account` is who did it."""

    at: datetime
    kind: str
    text: str
    note: str
    account: str = ""


SENTENCES = {
    "planned": "{actor} froze the plan",
    "requested": "{actor} asked for approval",
    "withdrawn": "{actor} took the request back",
    "approved": "{actor} approved",
    "rejected": "{actor} rejected",
    "started": "{actor} started it",
    "started by approving": "{actor} started it by approving",
    "started in turn": "Started, next in its run",
    "paused": "{actor} paused it",
    "resumed": "{actor} resumed it",
    "resumed by approving": "{actor} let it go on by approving",
    "throttled": "{actor} set the pace",
    "held": "Held",
    "stopped": "Could not go on",
    "fell back": "The approval fell back",
    "holds again": "The approval holds again",
    "cancelled": "{actor} cancelled",
    "failed rows": "Rows failed",
    "refused rows": "Rows refused",
    "ended": "Ended",
    "ended in part": "Ended, not every row of the plan is done",
    "expired": "Expired",
}


def of(operation: Operation) -> list[OperationMoment]:
    """Return everything that happened to `operation`, newest first."""
    ended = _ended(operation)
    found = [
        _step(step.at, ended if step.kind == "ended" else step.kind, step.actor, step.note)
        for step in operation.steps.all()
    ]
    found += [_refusal(violation) for violation in operation.violations.all()]
    remarks = ApprovalComment.objects.filter(approval__operation=operation).select_related("author")
    found += [_remark(comment) for comment in remarks]
    return _told(found)


def _ended(subject: Operation | PlaybookRun) -> str:
    return "ended in part" if standings.is_short(subject) else "ended"


def _told(found: Iterable[OperationMoment]) -> list[OperationMoment]:
    """Put people's names where sentences name their accounts, newest first. One query."""
    names = people.names(moment.account for moment in found)
    told = (
        replace(
            moment, text=moment.text.replace("{actor}", names.get(moment.account, moment.account))
        )
        if moment.account
        else moment
        for moment in found
    )
    return sorted(told, key=lambda moment: moment.at, reverse=True)


def _step(at: datetime, kind: str, actor: str, note: str) -> OperationMoment:
    sentence = SENTENCES.get(kind, f"{kind.capitalize()} by {{actor}}")
    return OperationMoment(at, kind, sentence, note, actor)


def _refusal(violation: Violation) -> OperationMoment:
    return OperationMoment(
        violation.at,
        "refused",
        f"{violation.code}: start by {{actor}} refused",
        violation.message,
        violation.actor,
    )


def _remark(comment: ApprovalComment) -> OperationMoment:
    return OperationMoment(
        comment.at,
        "remarked",
        "{actor} remarked",
        comment.body,
        comment.author.get_username(),
    )


def of_run(run: PlaybookRun) -> list[OperationMoment]:
    """Return everything that happened to a playbook run as a whole, newest first."""
    found = [_step(run.created_at, "planned", run.requester.get_username(), run.note)]
    for approval in run.approvals.select_related("requester").prefetch_related("votes__voter"):
        found += _request(approval)
    if run.started_at:
        found.append(_start(run, run.started_at))
        found += [
            _rule_ended(operation)
            for operation in run.operations.all()
            if operation.started_at and operation.finished_at
        ]
    if run.finished_at:
        kind = _ended(run) if run.state == PlaybookRun.State.DONE else run.state
        found.append(_step(run.finished_at, kind, "system", run.state_note))
    found += [_refusal(violation) for violation in run.violations.all()]
    remarks = ApprovalComment.objects.filter(approval__playbook_run=run)
    found += [_remark(comment) for comment in remarks.select_related("author")]
    return _told(found)


def _start(run: PlaybookRun, at: datetime) -> OperationMoment:
    """Tell who pressed Start, or whose vote started the run: its first operation knows."""
    first = OperationStep.objects.filter(operation__playbook_run=run, kind__startswith="started")
    step = first.order_by("id").first()
    if step is None:
        return _step(at, "started", (run.started_by or run.requester).get_username(), "")
    return _step(at, step.kind, step.actor, "")


def _request(approval: Approval) -> Iterator[OperationMoment]:
    asker = approval.requester.get_username()
    yield _step(approval.requested_at, "requested", asker, approval.note)
    for vote in approval.votes.all():
        yield _step(vote.at, VOTES[vote.decision], vote.voter.get_username(), vote.comment)
    if approval.decided_at and approval.state in ("withdrawn", "expired"):
        yield _step(approval.decided_at, approval.state, asker, "")


VOTES = {"approve": "approved", "reject": "rejected"}


def _rule_ended(operation: Operation) -> OperationMoment:
    at = operation.finished_at or operation.created_at
    counts = (
        ", ".join(
            f"{rows:,} {name}"
            for name, rows in operation.counts().items()
            if rows and name != "planned"
        )
        or "no row"
    )
    is_whole = operation.state == Operation.State.DONE and not standings.is_short(operation)
    kind = "rule ended" if is_whole else "rule stopped"
    return OperationMoment(at, kind, f"{operation.note or operation} ended", counts)
