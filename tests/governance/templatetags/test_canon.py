"""How much of a tool is used, drawn."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from governance.queries.canon.usage import Quota
from governance.templatetags import canon
from tests import ledgers


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


def test_figures_lead_to_exactly_the_rows_that_they_count():
    since = datetime(2026, 2, 1, tzinfo=UTC)

    assert canon.calls_url(since, "mx-lookup") == (
        "/canon/calls/?tool=mx-lookup&reserved_after=2026-02-01T00%3A00Z"
        "&status=reserved&status=succeeded&status=failed&status=called_off"
    )
    assert canon.overdue_url() == (
        "/canon/violations/?disposition=RETRY&disposition=PARKED&expires_before=now"
    )
    assert canon.violations_url(since) == "/canon/violations/?seen_after=2026-02-01T00%3A00Z"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": "succeeded", "duration": 420}, "succeeded, 420 ms"),
        ({"status": "failed", "duration": 52_000, "fault": "no answer"}, "no answer, 52 s"),
        ({"status": "reserved"}, "reserved"),
    ],
)
def test_a_call_says_how_it_ended_and_how_long_it_took(given, said):
    assert canon.outcome(ledgers.unsaved(**given)) == said
