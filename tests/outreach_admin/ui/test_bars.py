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


def test_parts_that_lead_somewhere_are_as_wide_as_their_share_and_never_too_thin():
    parts = [
        bars.Part(999_999, "good", "Completed: 999,999", "/done/"),
        bars.Part(1, "bad", "Failed: 1", "/failed/?a=1&b=2"),
        bars.Part(0, "warn", "Stale: 0", "/stale/"),
    ]

    drawn = bars.linked(parts, label="news")

    assert drawn.count("<a ") == 2 and "/stale/" not in drawn
    assert 'href="/failed/?a=1&amp;b=2" tabindex="-1" aria-label="Failed: 1"' in drawn
    assert 'x="99.26%" width="0.74%"' in drawn


def test_shares_add_up_to_the_whole():
    assert sum(bars.shares([1, 5_000_000, 2, 0])) == pytest.approx(100)
    assert bars.shares([0, 0]) == [0, 0]
