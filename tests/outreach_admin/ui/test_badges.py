"""Every word of state has a shape of its own."""

import pytest

from outreach_admin.ui import badges


@pytest.mark.parametrize("word", ["RETRY", "retry", "Retry"])
def test_a_state_is_found_in_any_case(word):
    assert badges.look(word) == badges.Look("retry", "retry")


@pytest.mark.parametrize("word", ["AWAITING_APPROVAL", "Awaiting approval", "awaiting-approval"])
def test_a_state_of_two_words_is_found_with_any_joint(word):
    assert badges.look(word).tone == "warn"


def test_an_unregistered_state_is_shown_plainly():
    assert badges.look("<b>new</b>") == badges.PLAIN


def test_an_app_adds_a_word(monkeypatch):
    monkeypatch.setattr(badges, "LOOKS", dict(badges.LOOKS))

    badges.register("Coalesced", "layers", "good")

    assert badges.look("COALESCED") == badges.Look("layers", "good")


def test_the_five_dispositions_differ_in_shape():
    shapes = {
        badges.look(word).icon for word in ("RETRY", "PARKED", "ARCHIVED", "IGNORE", "RESOLVED")
    }

    assert len(shapes) == 5
