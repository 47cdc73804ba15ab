"""Verbs by name: registered once, offered in order."""

import pytest

from governance.verbs import registry
from governance.verbs.base import Verb
from tests.governance.verbs.promises import every_case


class Polish(Verb):
    name = "polish"
    label = "Polish"
    subject = "error"
    rank = 15
    in_rules = True


@pytest.fixture
def known(monkeypatch):
    """Verbs as they are, for a test that adds to them."""
    monkeypatch.setattr(registry, "VERBS", dict(registry.VERBS))
    return registry.VERBS


def names(verbs) -> list[str]:
    return [verb.name for verb in verbs]


def test_lists_offer_the_verbs_of_their_subject_what_is_done_most_first():
    errors = names(registry.offered_for("error"))

    assert errors[:4] == ["park", "retry", "resolve", "archive"]
    assert errors[-3:] == ["ignore", "hold", "lift_hold"]
    archived = names(registry.offered_for("archive"))
    assert archived == ["restore", "hold_archived", "lift_archived_hold"]
    assert "import" not in errors
    assert registry.offered_for("nothing") == []


def test_policies_look_at_a_verb_and_of_an_undo_also_at_what_leads_back():
    assert registry.governed_as("hold", is_undo=False) == {"hold"}
    assert registry.governed_as("hold", is_undo=True) == {"hold", "lift_hold"}
    assert registry.governed_as("park", is_undo=True) == {"park"}
    assert registry.governed_as("purge", is_undo=False) == set()


def test_rules_use_the_verbs_that_say_so():
    assert {"park", "archive", "reset"} <= set(names(registry.in_rules()))
    assert not {"unpark", "escalate", "restore"} & set(names(registry.in_rules()))


def test_every_verb_over_columns_has_its_case():
    """What a verb promises is tested by its `Case`; imports are no plan over columns."""
    assert {
        name
        for name, verb in registry.VERBS.items()
        if type(verb).__module__.startswith("governance.") and not verb.brings_in
    } == set(every_case())


def test_a_verb_of_another_app_finds_its_place(known):
    registry.register(Polish())

    assert names(registry.offered_for("error"))[:3] == ["park", "polish", "retry"]
    assert "polish" in names(registry.in_rules())


def test_a_name_is_taken_once(known):
    polish = Polish()
    registry.register(polish, polish)

    with pytest.raises(ValueError, match="a verb “polish” already"):
        registry.register(Polish())

    assert known["polish"] is polish
