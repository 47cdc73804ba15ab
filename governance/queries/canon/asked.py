"""Calls of tools that people are asked to agree to: what stands against one, and how long an agreement lasts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from governance.models import Approval, ApprovalPolicy, AskedCall
from governance.queries.canon import current
from governance.toolbox import openings


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
