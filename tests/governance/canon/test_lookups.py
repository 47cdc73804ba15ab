"""What is looked up: nothing is known while nobody keeps it."""

from pathlib import Path

from governance.canon import lookups
from governance.reference.sync import TOOLBOX
from governance.toolbox import reading

TOOL = reading.read(Path(TOOLBOX).read_text()).tools["TOOL-011"]


def test_nothing_is_known_while_nobody_keeps_it(monkeypatch):
    monkeypatch.setattr(lookups, "LEDGERS", [])
    monkeypatch.setattr(lookups, "APPROVALS", [])

    assert lookups.attempts_known(TOOL, "HUB-OUTREACH", "a") == 0
    assert lookups.approved(TOOL, "HUB-OUTREACH", "a", {}) is False


def test_of_several_ledgers_the_one_that_counts_most_holds(monkeypatch):
    monkeypatch.setattr(lookups, "LEDGERS", [])
    lookups.register_attempts(lambda tool, hub, entity: 1)
    lookups.register_attempts(lambda tool, hub, entity: 3 if entity == "a" else 0)

    assert lookups.attempts_known(TOOL, "HUB-OUTREACH", "a") == 3
    assert lookups.attempts_known(TOOL, "HUB-OUTREACH", "b") == 1
    # of nobody there are no attempts
    assert lookups.attempts_known(TOOL, "HUB-OUTREACH", None) == 0


def test_one_that_knows_of_an_approval_is_enough(monkeypatch):
    monkeypatch.setattr(lookups, "APPROVALS", [])
    lookups.register_approvals(lambda tool, hub, entity, facts: False)
    lookups.register_approvals(lambda tool, hub, entity, facts: facts == {"bit_score": 80})

    assert lookups.approved(TOOL, "HUB-OUTREACH", "a", {"bit_score": 80}) is True
    assert lookups.approved(TOOL, "HUB-OUTREACH", "a", {"bit_score": 81}) is False


def test_an_agreement_is_used_where_somebody_has_one(monkeypatch):
    monkeypatch.setattr(lookups, "SPENDING", [])
    assert lookups.spent(entity="a") is False

    lookups.register_spending(lambda **call: None)
    assert lookups.spent(entity="a") is False

    lookups.register_spending(lambda **call: 0 if call == {"entity": "a"} else None)
    assert lookups.spent(entity="a") is True
    assert lookups.spent(entity="b") is False


def test_a_violation_goes_to_who_keeps_them(monkeypatch):
    monkeypatch.setattr(lookups, "RECORDERS", [])
    kept = []
    lookups.register_recorder(lambda violation, **about: kept.append((violation, about)))

    lookups.record("a violation", actor="vera", channel="api")

    about = {"actor": "vera", "channel": "api"}
    assert kept == [("a violation", about)]
