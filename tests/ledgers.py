"""Calls of tools as rows; what it takes to make some."""

from typing import Any

from governance.models import ToolCall

CALL = {
    "correlation_id": "a correlation",
    "tool_id": "TOOL-005",
    "tool": "scraper-api",
    "tier": 1,
    "canon_version": 2,
    "hub": "HUB-BLOG-001",
    "interaction": "READ",
    "passed": True,
}


def unsaved(**given: Any) -> ToolCall:
    """A call that nobody has settled."""
    return ToolCall(**CALL | given)


def call(**given: Any) -> ToolCall:
    """The same in the ledger."""
    made = unsaved(**given)
    made.save(force_insert=True)
    return made
