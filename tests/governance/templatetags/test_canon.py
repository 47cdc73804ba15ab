"""How much of a tool is used, drawn."""

from decimal import Decimal

import pytest

from governance.queries.canon.usage import Quota
from governance.templatetags import canon


def test_a_bar_says_in_words_how_much_is_used():
    drawn = canon.quota_bar(Quota(Decimal(25), Decimal(100), "month"))

    assert 'aria-label="25.0 % used"' in drawn and "fill-run" in drawn


def test_a_bar_is_full_where_more_is_used_than_there_was():
    drawn = canon.quota_bar(Quota(120, 100, "day"))

    assert 'class="fill-bad" x="0.00%" width="100.00%"' in drawn


@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_days_without_calls_are_a_word(counts):
    assert canon.days(counts) == '<span class="muted">none</span>'


def test_days_with_calls_are_columns_with_words():
    drawn = canon.days([0, 3, 1200])

    assert drawn.count("<rect") == 2
    assert "3 days: at most 1,200" in drawn
