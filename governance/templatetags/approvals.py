"""Requests in words: `{% load approvals %}`."""

from typing import NamedTuple
from urllib.parse import parse_qs

from django import template
from django.contrib.auth.models import User
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.models import Approval, Operation, ParkReason
from governance.tables import operations
from governance.templatetags.operations import change
from governance.verbs import registry

register = template.Library()

DECISIONS = {"approved": "approve", "used": "approve", "rejected": "reject"}
LABELS = {"approved": "Approved, not started", "used": "Approved"}


class Verdict(NamedTuple):
    """How a request ended or stands, as a state, in the past tense, and by whose votes."""

    state: str
    words: str
    by: list[User]


@register.filter
def verdict(approval: Approval) -> Verdict:
    """Say what became of a request. No query where its votes were fetched with it."""
    decision = DECISIONS.get(approval.state, "")
    return Verdict(
        "approved" if decision == "approve" else approval.state,
        LABELS.get(approval.state, approval.get_state_display()),
        [vote.voter for vote in approval.votes.all() if vote.decision == decision],
    )


@register.filter
def sentence(operation: Operation) -> SafeString:
    """Draw what its rows are and become: from, an arrow, to; for a state that stays, what is done."""
    verb = registry.VERBS[operation.verb]
    before = parse_qs(operation.filter).get(verb.shows, [])
    if operation.undoes_id or not verb.becomes or not before:
        return change(operation)
    drawn = format_html_join(" or ", "{}", [(operations.state(one),) for one in before])
    if before == [verb.becomes]:
        return format_html("{}, {}", drawn, verb.done)
    arrow = format_html('{} <span aria-hidden="true">→</span>', drawn)
    return format_html(
        '{}<span class="unseen"> becomes </span> {}', arrow, operations.state(verb.becomes)
    )


@register.filter
def because(operation: Operation) -> str:
    """Say the reason that its rows will carry; empty where the verb asks none."""
    reason = registry.VERBS[operation.verb].reason(operation.parameters)
    if words := ParkReason.words(reason):
        return f"{words[:1].lower()}{words[1:]}"
    return f"of “{reason}”" if reason else ""


@register.filter
def expiry_word(tab: str) -> str:
    """Say of a request in this list whether its time is still to come."""
    return "expired" if tab == "expired" else "expires"
