"""The timeline of an operation: steps, remarks and refused attempts in one order."""

from dataclasses import dataclass
from datetime import datetime

from governance.models import ApprovalComment, Operation, Violation


@dataclass(frozen=True)
class Moment:
    """One thing that happened, ready to print."""

    at: datetime
    text: str
    note: str
    icon: str
    tone: str


# icon, tone and sentence of every kind of step
STEPS = {
    "planned": ("filter", "none", "{actor} froze the plan"),
    "requested": ("person", "none", "{actor} asked for approval"),
    "withdrawn": ("undo", "none", "{actor} took the request back"),
    "approved": ("shield", "good", "{actor} approved"),
    "rejected": ("blocked", "bad", "{actor} rejected"),
    "started": ("operation", "run", "{actor} started it"),
    "paused": ("pause", "warn", "{actor} paused it"),
    "resumed": ("play", "run", "{actor} resumed it"),
    "throttled": ("clock", "none", "{actor} set the pace"),
    "held": ("shield", "warn", "Held"),
    "cancelled": ("ignore", "none", "{actor} cancelled"),
    "failed rows": ("blocked", "bad", "Rows failed"),
    "ended": ("resolved", "good", "Ended"),
    "expired": ("clock", "none", "Expired"),
}


def of(operation: Operation) -> list[Moment]:
    """Return everything that happened to `operation`, newest first."""
    found = [_step(step.at, step.kind, step.actor, step.note) for step in operation.steps.all()]
    found += [_refusal(violation) for violation in operation.violations.all()]
    remarks = ApprovalComment.objects.filter(approval__operation=operation).select_related("author")
    found += [_remark(comment) for comment in remarks]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _step(at: datetime, kind: str, actor: str, note: str) -> Moment:
    icon, tone, sentence = STEPS.get(kind, ("info", "none", f"{kind.capitalize()} by {{actor}}"))
    return Moment(at, sentence.format(actor=actor), note, icon, tone)


def _refusal(violation: Violation) -> Moment:
    return Moment(violation.at, f"{violation.code}: start by {violation.actor} refused", violation.message, "blocked", "bad")


def _remark(comment: ApprovalComment) -> Moment:
    return Moment(comment.at, f"{comment.author.get_username()} remarked", comment.body, "person", "none")
