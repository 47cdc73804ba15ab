"""A bar is a drawing in percent; its label says the same."""

import pytest

from outreach_admin.ui import bars


def test_shares_follow_one_another_and_fill_the_bar():
    drawn = bars.bar([(3, "run"), (1, "good")], label="3 of 4")

    assert '<rect class="fill-run" x="0.00%" width="75.00%" height="100%"/>' in drawn
    assert '<rect class="fill-good" x="75.00%" width="25.00%" height="100%"/>' in drawn
    assert 'aria-label="3 of 4"' in drawn


def test_nothing_is_an_empty_bar():
    assert 'width="0%"' in bars.bar([(0, "run")], label="none")


def test_a_warning_differs_by_more_than_colour():
    assert "url(#hatch)" in bars.bar([(1, "warn")], label="all")


def test_an_unknown_fill_is_refused():
    with pytest.raises(ValueError, match="no fill named 'pink'"):
        bars.bar([(1, "pink")], label="pink")


def test_a_bar_carries_no_inline_style():
    assert "style=" not in bars.bar([(1, "run"), (2, "warn")], label="x")
