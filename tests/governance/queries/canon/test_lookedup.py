"""What the guard looks up: whether people have agreed to a call, how often a tool was called."""

import pytest
from django.db import DataError, connection, transaction

from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.queries.canon import apart, current, lookedup
from governance.services.canon import versions
from tests import ledgers, make
from tests.governance.canon import canons
from tests.governance.services.canon.calling import (
    ENTITY,
    FACTS,
    HUB,
    NOON,
    approved,
    requested,
    spend,
    tool,
)

HUNTER = {
    "tool_id": "TOOL-008",
    "tool": "hunter-enricher",
    "hub": "HUB-PEOPLE",
    "interaction": "ENRICH",
    "entity": "acme",
}


def code(facts=FACTS, entity=ENTITY) -> str:
    guard = ToolCanonGuard(lambda: NOON)
    result = guard.validate("TOOL-011", HUB, InteractionType.WRITE, facts, entity)
    return result.violation.violation_code if result.violation else result.stopped or ""


def test_the_guard_lets_a_call_pass_once_somebody_agreed_and_until_it_is_spent(committed_db):
    asked = requested()
    assert code() == "V-GATE-002"

    approved()
    assert code() == ""
    # not by the caller's word, and to nothing else
    assert code(FACTS | {"human_approval": True}) == ""
    assert code(FACTS | {"bit_score": 81}) == "V-GATE-002"
    assert code(entity="other.example") == code(entity=None) == "V-GATE-002"

    assert spend() == asked.pk
    assert code() == "V-GATE-002"


def test_another_version_of_the_canon_or_another_price_voids_it(committed_db):
    approved()
    text = canons.text(3, ("0.07 USD a minute", "0.08 USD a minute"))

    versions.enforce(versions.load(text, by=make.manager()), by=make.manager(), reason="Reviewed.")

    assert code() == "V-GATE-002"
    assert spend() is None


def test_it_is_read_whatever_the_caller_has_open(committed_db):
    approved()
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DataError):
            cursor.execute("SELECT 1 / 0")

        assert lookedup.is_agreed(tool(), HUB, ENTITY, FACTS)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_while_the_database_is_away_nobody_knows(monkeypatch):
    retell = tool()
    apart.forget()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    with pytest.raises(current.Unknown):
        lookedup.is_agreed(retell, HUB, ENTITY, FACTS)
    assert code() == current.AWAY


@pytest.mark.django_db
def test_one_look_reads_one_row_by_its_digest():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(f"EXPLAIN {lookedup.LIVE}", ["0" * 64])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "one_open_approval_of_call" in plan


def test_calls_of_a_tool_for_a_hub_about_an_entity_are_counted(committed_db):
    ledgers.call(**HUNTER)
    ledgers.call(**HUNTER, status="failed", settled_at="2026-02-02T00:00Z")
    ledgers.call(**HUNTER, status="given_back", settled_at="2026-02-02T00:00Z")
    ledgers.call(**HUNTER | {"hub": "HUB-COMPANY-TARGET"})
    ledgers.call(**HUNTER | {"entity": "globex"})
    hunter = ledgers.tool("hunter-enricher")

    assert lookedup.made(hunter, "HUB-PEOPLE", "acme") == 2
    ledgers.call(**HUNTER, status="called_off", settled_at="2026-02-02T00:00Z")
    assert lookedup.made(hunter, "HUB-PEOPLE", "acme") == 2
    ledgers.call(**HUNTER, status="called_off", settled_at="2026-02-02T00:00Z")
    assert lookedup.made(hunter, "HUB-PEOPLE", "acme") == 3
    assert lookedup.made(hunter, "HUB-PEOPLE", "nobody") == 0
    assert lookedup.made(hunter, "HUB-PEOPLE", "") == 0
