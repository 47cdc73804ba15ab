"""Asking a person to agree to a call: only where that is all it lacks, be it that people cannot be called before the morning."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.canon.results import ValidationResult
from governance.exceptions import CallRefused
from governance.models import Approval
from governance.queries.canon import current
from governance.services.canon import agreements
from governance.toolbox import openings
from governance.toolbox.codes import NOT_APPROVED
from governance.toolbox.entries import Tool

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


def ask(
    tool_id: str,
    hub_id: str,
    interaction: InteractionType,
    facts: Mapping[str, Any],
    entity: str | None,
    *,
    by: User,
    clock: Clock = _now,
    **more: Any,
) -> tuple[Approval, bool]:
    """Open a request for a call, or return the open one for exactly it, and say whether it is new; `more` is of agreements.Wanted.

    Raises what stands against the call otherwise (ToolCanonViolationError, ToolStopped), CallRefused where nobody has to
    agree or somebody has already, NotPermitted; and what agreements.open_request raises.
    """
    try:
        result = _once_open((tool_id, hub_id, interaction, facts, entity), clock)
    except ValueError as wrong:
        raise CallRefused(f"This is no call: {wrong}.", status=422) from wrong
    if result.is_valid:
        raise CallRefused(
            "This call needs nobody's agreement, or has it: make it.",
        )
    if result.violation is None or result.violation.violation_code != NOT_APPROVED:
        result.raise_refusal()
    wanted = agreements.Wanted(_tool(tool_id), hub_id, entity, facts, by, **more)
    return agreements.request(wanted)


def _once_open(asked: Any, clock: Clock) -> ValidationResult:
    """Ask the guard as of now; where people cannot be called now, as of the next opening."""
    now = ToolCanonGuard(clock).validate(*asked)
    if now.is_valid or now.violation is None or now.violation.violation_code == NOT_APPROVED:
        return now
    opening = _opening(asked, clock())
    if opening is None:
        return now
    later = ToolCanonGuard(lambda: opening).validate(*asked)
    is_all = later.violation is not None and later.violation.violation_code == NOT_APPROVED
    return later if is_all else now


def _opening(asked: Any, at: datetime) -> datetime | None:
    """Return when a call may be made that keeps calling hours; None where it keeps none, or it is open now."""
    tool_id, _, _, facts, _ = asked
    canon = current.ask().canon
    tool = canon.tools.get(tool_id)
    named = openings.zone_fact(tool) if tool else ""
    there = facts.get(named) if named else None
    if not isinstance(there, str):
        return None
    opens = openings.next_opening(at, there, canon.calling_hours)
    return opens if opens > at else None


def _tool(tool_id: str) -> Tool:
    """Return a tool that the guard has just let pass. Raises CallRefused where the canon changed meanwhile."""
    try:
        return current.ask().canon.tools[tool_id]
    except (KeyError, current.Unknown) as reason:
        raise CallRefused(
            "The canon has just changed, or cannot be read.", what_to_do="Ask again.", status=503
        ) from reason
