"""Requests in words: `{% load approvals %}`."""

from typing import NamedTuple
from urllib.parse import parse_qs

from django import template
from django.contrib.auth.models import User
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.models import Approval, AskedCall, Operation, ParkReason
from governance.queries.operations import standings
from governance.tables import operations
from governance.templatetags.operations import change
from governance.toolbox.facts import shown
from governance.verbs import registry
from outreach_admin.ui import texts

register = template.Library()

DECISIONS = {"approved": "approve", "used": "approve", "rejected": "reject"}
LABELS = {"approved": "Approved, not started", "used": "Approved"}
OF_CALLS = {"approved": "Approved, not made", "used": "Approved and spent"}


class Verdict(NamedTuple):
    """How a request ended or stands, as a state, in the past tense, and by whose votes."""

    state: str
    words: str
    by: list[User]


@register.filter
def verdict(approval: Approval) -> Verdict:
    """Say what became of a request. No query where its votes were fetched with it."""
    decision = DECISIONS.get(approval.state, "")
    labels = LABELS if approval.plan else OF_CALLS
    return Verdict(
        "approved" if decision == "approve" else approval.state,
        labels.get(approval.state, approval.get_state_display()),
        [vote.voter for vote in approval.votes.all() if vote.decision == decision],
    )


@register.filter
def about(approval: Approval) -> str:
    """Name what a request is about beside its title: a plan by its number, a call by the code of its gate and its hub."""
    if approval.asked_call:
        return f"V-GATE-002 · {approval.asked_call.hub_id}"
    return texts.word(approval.subject)


@register.filter
def came_of(approval: Approval) -> str:
    """Say in a word what has come of a request that was decided; empty for a call: its verdict says it."""
    if approval.plan is None:
        return ""
    return standings.of(approval.plan).word.lower()


@register.filter
def read_key(approval: Approval) -> str:
    """Write what a form sends of a request for a call that was read: its id and digest."""
    return f"{approval.pk}:{approval.plan_hash}"


@register.filter
def told_words(call: AskedCall) -> str:
    """Write the facts of a call in one line."""
    return ", ".join(f"{name} {shown(value)}" for name, value in call.told.items())


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
