"""Calls of tools as rows; what it takes to make some."""

from typing import Any

from governance.models import ToolCall
from governance.queries.canon import current
from governance.services.canon import rates, versions
from governance.services.canon.calls import Asked, Wanted
from tests import make
from tests.governance.canon import canons

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


def at_ease(monkeypatch, *keys: str) -> None:
    """Set the keys that tools ask for, and let Redis be asked again."""
    for key in keys or ("HUNTER_API_KEY", "SCRAPERAPI_API_KEY", "RETELL_API_KEY"):
        monkeypatch.setenv(key, "a key")
    monkeypatch.setattr(rates.Pause, "until", 0.0)


def in_force(*changes: tuple[str, str]) -> None:
    """Put a changed canon in force."""
    version = versions.load(canons.text(3, *changes), by=make.manager())
    versions.enforce(version, by=make.manager(), reason="For a test.")


def tool(slug: str):
    """A tool of the canon in force."""
    return next(one for one in current.ask().canon.tools.values() if one.slug == slug)


def wanted(slug: str, *entities: str, facts: dict | None = None, **given: Any) -> Wanted:
    """One call about each of the entities; one about none where there are none."""
    found = tool(slug)
    asked = [Asked("a correlation", one, facts or {}) for one in entities or ("",)]
    canon = current.ask().canon
    return Wanted(canon, found, min(found.hubs), asked, **given)
