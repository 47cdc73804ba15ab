"""The phrases that values are written in."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from governance.toolbox import phrases
from governance.toolbox.entries import Backoff, Comparison, Condition, Cost, Limit, Unit


@pytest.mark.parametrize(
    ("phrase", "text", "value"),
    [
        (phrases.LIMITED, "50 per second", Limit(50, 1, Unit.SECOND, "", "50 per second")),
        (
            phrases.LIMITED,
            "1 per 2 seconds per domain",
            Limit(1, 2, Unit.SECOND, "domain", "1 per 2 seconds per domain"),
        ),
        (phrases.LIMITED, "10 at once", Limit(10, 1, Unit.AT_ONCE, "", "10 at once")),
        (phrases.LIMITED, "500 per month", Limit(500, 1, Unit.MONTH, "", "500 per month")),
        (phrases.COSTS, "free", Cost(Decimal(0), "call", "free")),
        (
            phrases.COSTS,
            "0.07 USD a minute",
            Cost(Decimal("0.07"), "minute", "0.07 USD a minute"),
        ),
        (phrases.CAP, "100 USD", Decimal(100)),
        (
            phrases.RETRIED,
            "linear 100 ms, 2 tries",
            Backoff("linear", timedelta(milliseconds=100), 2, "linear 100 ms, 2 tries"),
        ),
        (phrases.KEPT, "30 days", timedelta(days=30)),
        (phrases.KEPT, "999999999 days", timedelta(days=999_999)),
        (phrases.TIME, "20:00", time(20)),
        (
            phrases.GATE,
            "bit_score >= 75",
            Condition("bit_score", Comparison.AT_LEAST, Decimal(75), "bit_score >= 75"),
        ),
        (phrases.PROSE, " two  words\n", "two words"),
    ],
)
def test_a_phrase_is_read(phrase, text, value):
    assert phrase(text) == value


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        (phrases.LIMITED, "0 per second"),
        (phrases.LIMITED, "50 per fortnight"),
        (phrases.LIMITED, "50/s"),
        (phrases.COSTS, "1 EUR a call"),
        (phrases.COSTS, "-1 USD a call"),
        (phrases.CAP, "NaN USD"),
        (phrases.RETRIED, "linear 100 ms"),
        (phrases.TIME, "24:00"),
        (phrases.TIME, "9:00"),
        (phrases.GATE, "bit_score > 75"),
        (phrases.GATE, "mx_present is true\n"),
        (phrases.TIER, "3"),
        (phrases.VERSION, "0"),
        (phrases.TOOL_ID, "TOOL-1"),
        (phrases.SLUG, "MX"),
        (phrases.PROSE, " "),
        (phrases.PROSE, "a\x07b"),
        (phrases.PROSE, "x" * 501),
    ],
)
def test_what_is_not_written_so_is_refused_with_an_example(phrase, text):
    with pytest.raises(phrases.Unclear, match="is not written as"):
        phrase(text)
