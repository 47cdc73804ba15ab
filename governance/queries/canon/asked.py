"""Calls of tools that people are asked to agree to: what stands against one, and how long an agreement lasts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from governance.models import Approval, ApprovalPolicy, AskedCall
from governance.models.approvals import ApprovalQuerySet
from governance.queries.canon import current
from governance.toolbox import openings
from governance.toolbox.facts import zone
from outreach_admin.ui import figures

MOST_EARLIER = 5


class Outlook(NamedTuple):
    """What comes of a call that is agreed to now; `state` is holds, waits or fails.

    `there` is the time by the clock of whoever is called, `opens` when people may be called where they may not be now.
    """

    state: str
    words: str
    there: str = ""
    opens: datetime | None = None


def lasts_until(
    call: AskedCall,
    policy: Mapping[str, Any],
    at: datetime | None = None,
) -> datetime:
    """Return until when an agreement of now lasts under a policy's snapshot; closed hours do not count (toolbox/openings.py)."""
    return openings.lasts_until(
        at or timezone.now(),
        int(policy["hours_valid"]),
        call.contact_zone,
        call.hours,
    )


def void_because(approval: Approval) -> str:
    """Say why nobody can agree to this call any more: its canon or price is not in force; empty while it is, and for plans."""
    call = approval.asked_call
    if call is None or not approval.is_open:
        return ""
    try:
        version = current.ask().canon.version
    except current.Unknown as unknown:
        return str(unknown)
    if version == call.canon_version:
        return ""
    return f"It was asked under version {call.canon_version} of the canon, and version {version} is in force."


def policy_for(tool: str, hub_id: str, *, is_named: bool) -> ApprovalPolicy | None:
    """Return the strictest policy about a call of the tool of this slug, or none; `is_named`: the canon asks for a person."""
    found = ApprovalPolicy.objects.for_calls()
    return next((one for one in found if one.covers_call(tool, hub_id, is_named=is_named)), None)


def outlook_of(approval: Approval, *, at: datetime) -> Outlook:
    """Say what comes of a call that is agreed to now."""
    call = approval.asked_call
    if call is None:
        return Outlook("fails", "It is about no call.")
    there = _clock_of(call, at)
    if why := void_because(approval):
        return Outlook("fails", f"void: {why}", there)
    opens = openings.next_opening(at, call.contact_zone, call.hours)
    if opens > at:
        return Outlook("waits", f"opens {figures.ago(opens, at)}", there, opens)
    return Outlook("holds", "may go at once", there)


def checks(approval: Approval, *, at: datetime) -> list[tuple[str, str, str]]:
    """List the conditions of a call's gate: what it says, a note, and whether it holds."""
    outlook = outlook_of(approval, at=at)
    bound = (
        ("Void", outlook.words.removeprefix("void: "), "fails")
        if outlook.state == "fails"
        else ("Call unchanged", "tool, hub, entity, facts, price, canon version", "holds")
    )
    if not outlook.there or approval.asked_call is None:
        return [bound]
    hours = approval.asked_call.calling_hours
    is_closed = outlook.opens is not None
    note = f"it is {outlook.there}; {outlook.words}" if is_closed else f"it is {outlook.there}"
    return [bound, (f"People are called {hours}", note, "waits" if is_closed else "holds")]


def waiting(reader: Any, *, at: datetime) -> ApprovalQuerySet:
    """Return the requests for calls that this person may decide on, the soonest to expire first."""
    if not reader.has_perm("governance.vote_approval"):
        return Approval.objects.none()
    due = Approval.objects.waiting_for(reader, at).of_calls()
    return due.with_subject().order_by("expires_at", "pk")


def earlier(call: AskedCall) -> list[Approval]:
    """Return the last requests for calls of the same tool for the same hub about the same entity before this one, the newest first."""
    found = Approval.objects.of_calls().filter(
        asked_call__tool=call.tool,
        asked_call__hub_id=call.hub_id,
        asked_call__entity=call.entity,
        asked_call__pk__lt=call.pk,
    )
    return list(found.with_subject().with_votes().order_by("-pk")[:MOST_EARLIER])


def own(account: Any) -> ApprovalQuerySet:
    """Return the requests for calls that this account asked for, or a pipeline in its name."""
    asked_by = Q(requester=account) | Q(asked_call__account=account)
    return Approval.objects.of_calls().filter(asked_by)


def _clock_of(call: AskedCall, at: datetime) -> str:
    if not zone(call.contact_zone):
        return ""
    return f"{at.astimezone(ZoneInfo(call.contact_zone)):%H:%M} in {call.contact_zone}"
