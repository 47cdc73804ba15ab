"""Calls of tools as rows; what it takes to make some."""

from pathlib import Path
from typing import Any

from django.db import connection

from governance.models import ToolCall
from governance.queries.canon import current
from governance.services.canon import rates, versions
from governance.services.canon.calls import Asked, Wanted
from tests import make
from tests.governance.canon import canons

MANY = Path(__file__).with_name("many_calls.sql")
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


def many(rows: int) -> None:
    """So many calls, one each 20 s back from now; `rare` made one in 5,000 of them, `never` none."""
    make.triager(username="never")
    makers = {name: make.triager(username=name).pk for name in ("rare", "often")}
    with connection.cursor() as cursor:
        cursor.execute(MANY.read_text(), makers | {"rows": rows})


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
