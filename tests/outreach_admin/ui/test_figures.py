"""Figures are written one way everywhere."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from outreach_admin.ui import figures

NOW = datetime(2026, 2, 2, 13, 25, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ((1,), "1 row"),
        ((1200,), "1,200 rows"),
        ((1, "company", "companies"), "1 company"),
        ((2, "company", "companies"), "2 companies"),
        ((2, "error"), "2 errors"),
    ],
)
def test_a_number_agrees_with_its_noun(given, text):
    assert figures.counted(*given) == text


@pytest.mark.parametrize(
    ("value", "text"), [(35197, "35,197"), (0, "0"), (None, "unknown"), (-4314, "-4,314")]
)
def test_a_number_has_separators_and_unknown_is_never_zero(value, text):
    assert figures.number(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 8, "12.5 %"), (0, 5, "0.0 %"), (0, 0, "no rows"), (None, 3, "unknown")],
)
def test_a_share_of_nothing_is_not_a_percentage(part, whole, text):
    assert figures.percent(part, whole) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.9, "0.9 s"),
        (42, "42 s"),
        (100, "1 min 40 s"),
        (120, "2 min"),
        (30240, "8 h 24 min"),
        (90000, "1 d 1 h"),
        (None, "unknown"),
    ],
)
def test_a_length_of_time_has_at_most_two_units(seconds, text):
    assert figures.duration(seconds) == text


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (timedelta(0), "now"),
        (timedelta(seconds=59), "59 s ago"),
        (timedelta(hours=47, minutes=59), "47 h ago"),
        (timedelta(days=28), "28 d ago"),
        (-timedelta(hours=44), "in 44 h"),
        (-timedelta(hours=23, minutes=59, seconds=52), "in 24 h"),
        (-timedelta(seconds=59), "in 59 s"),
        (timedelta(days=800), "2 y ago"),
    ],
)
def test_a_moment_is_relative_to_the_pages_time(distance, text):
    assert figures.ago(NOW - distance, NOW) == text


def test_a_day_is_that_of_utc():
    assert (
        figures.day(datetime(2026, 2, 3, 1, 0, tzinfo=timezone(timedelta(hours=2)))) == "2026-02-02"
    )


def test_the_exact_moment_is_in_utc():
    assert figures.exact(NOW) == "2026-02-02 13:25:40 UTC"


def test_one_row_is_one_row():
    assert [figures.counted(rows) for rows in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]
    assert figures.counted(1, "error") == "1 error"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (1_200, "+1,200"),
        (-5, "\N{MINUS SIGN}5"),
        (0, "no change"),
    ],
)
def test_a_change_says_its_direction(change, said):
    assert figures.signed(change) == said
