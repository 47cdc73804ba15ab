"""Attempts as the ledger knows them: by tool, hub and entity."""

from governance.queries.canon import attempts
from tests import ledgers

HUNTER = {
    "tool_id": "TOOL-008",
    "tool": "hunter-enricher",
    "hub": "HUB-PEOPLE",
    "interaction": "ENRICH",
    "entity": "acme",
}


def test_calls_of_a_tool_for_a_hub_about_an_entity_are_counted(committed_db):
    ledgers.call(**HUNTER)
    ledgers.call(**HUNTER, status="failed", settled_at="2026-02-02T00:00Z")
    ledgers.call(**HUNTER, status="given_back", settled_at="2026-02-02T00:00Z")
    ledgers.call(**HUNTER | {"hub": "HUB-COMPANY-TARGET"})
    ledgers.call(**HUNTER | {"entity": "globex"})
    hunter = ledgers.tool("hunter-enricher")

    assert attempts.made(hunter, "HUB-PEOPLE", "acme") == 2
    ledgers.call(**HUNTER, status="called_off", settled_at="2026-02-02T00:00Z")
    assert attempts.made(hunter, "HUB-PEOPLE", "acme") == 2
    ledgers.call(**HUNTER, status="called_off", settled_at="2026-02-02T00:00Z")
    assert attempts.made(hunter, "HUB-PEOPLE", "acme") == 3
    assert attempts.made(hunter, "HUB-PEOPLE", "nobody") == 0
    assert attempts.made(hunter, "HUB-PEOPLE", "") == 0
