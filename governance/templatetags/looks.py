"""Shape and tone of what services state as plain facts: `{% load looks %}`."""

from typing import NamedTuple

from django import template

from outreach_admin.ui.badges import PLAIN, Look

register = template.Library()


class CheckLook(NamedTuple):
    """A shape with its name for who does not see it, and a tone."""

    icon: str
    tone: str
    word: str


STEPS = {
    "planned": Look("filter", "none"),
    "requested": Look("person", "none"),
    "withdrawn": Look("undo", "none"),
    "approved": Look("shield", "good"),
    "rejected": Look("blocked", "bad"),
    "started": Look("operation", "run"),
    "started by approving": Look("operation", "run"),
    "started in turn": Look("operation", "run"),
    "paused": Look("pause", "warn"),
    "resumed": Look("play", "run"),
    "resumed by approving": Look("play", "run"),
    "throttled": Look("clock", "none"),
    "held": Look("shield", "warn"),
    "stopped": Look("warn", "warn"),
    "fell back": Look("shield", "warn"),
    "holds again": Look("shield", "good"),
    "cancelled": Look("ignore", "none"),
    "failed rows": Look("blocked", "bad"),
    "refused rows": Look("ignore", "warn"),
    "ended": Look("resolved", "good"),
    "ended in part": Look("warn", "warn"),
    "expired": Look("clock", "none"),
    "refused": Look("blocked", "bad"),
    "remarked": Look("person", "none"),
    "rule ended": Look("resolved", "none"),
    "rule stopped": Look("ignore", "none"),
}
EVENTS = {
    "CREATE": Look("plus", "none"),
    "PARK": Look("parked", "parked"),
    "UNPARK": Look("play", "retry"),
    "RETRY": Look("retry", "retry"),
    "RESOLVE": Look("resolved", "good"),
    "ARCHIVE": Look("archived", "archived"),
    "REOPEN": Look("undo", "retry"),
    "RESTORE": Look("undo", "retry"),
    "IGNORE": Look("ignore", "ignore"),
    "ESCALATE": Look("warn", "warn"),
    "ASSIGN": Look("person", "none"),
    "SET_TTL": Look("clock", "none"),
    "HOLD": Look("lock", "warn"),
    "LIFT_HOLD": Look("key", "none"),
    "UNDO": Look("undo", "none"),
    "violation.recorded": Look("blocked", "bad"),
    "IMPORT": Look("upload", "none"),
    "UPDATE": Look("edit", "none"),
    "DELETE": Look("x", "bad"),
    "PURGE": Look("x", "bad"),
    "TIER": Look("layers", "run"),
    "approval.requested": Look("shield", "none"),
    "approval.approved": Look("shield", "good"),
    "approval.rejected": Look("blocked", "bad"),
    "approval.withdrawn": Look("undo", "none"),
    "approval.expired": Look("clock", "none"),
    "approval.voided": Look("ignore", "none"),
    "approval.fell_back": Look("shield", "warn"),
    "approval.spent": Look("resolved", "good"),
    # what became of a row in a plan that did not change it
    "planned": Look("missing", "none"),
    "skipped": Look("minus", "warn"),
    "failed": Look("blocked", "bad"),
    "cancelled": Look("ignore", "none"),
}
SEVERITIES = {"MEDIUM": Look("missing", "warn")}
VOTES = {"approve": Look("shield", "good"), "reject": Look("blocked", "bad")}
CHECKS = {
    "holds": CheckLook("resolved", "good", "holds"),
    "waits": CheckLook("clock", "none", "still to come"),
    "warns": CheckLook("warn", "warn", "to mind"),
    "fails": CheckLook("blocked", "bad", "does not hold"),
}


@register.filter
def check_look(state: str) -> CheckLook:
    """Find the look of a condition of a gate."""
    return CHECKS[state]


@register.filter
def step_look(kind: str) -> Look:
    """Find the look of a step in the life of an operation or a run."""
    return STEPS.get(kind, PLAIN)


@register.filter
def event_look(kind: str) -> Look:
    """Find the look of something that happened to a row; an unknown action is a change."""
    return EVENTS.get(kind, EVENTS["UPDATE"])


@register.filter
def severity_look(severity: str) -> Look:
    """Find the look of a blocker: what is merely not done yet is missing, the rest blocks."""
    return SEVERITIES.get(severity, Look("blocked", "bad"))


@register.filter
def vote_look(decision: str) -> Look:
    """Find the look of a vote."""
    return VOTES[decision]
