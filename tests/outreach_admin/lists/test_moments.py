"""Moments in addresses: what is counted from now, what is absolute, and how both read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from outreach_admin.lists import moments

NOW = datetime(2026, 2, 4, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("in-48h", NOW + timedelta(hours=48)),
        ("7d-ago", NOW - timedelta(days=7)),
        ("2026-02-01T00:00Z", datetime(2026, 2, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_is_counted_from_the_time_given_or_stands_by_itself(text, moment):
    assert moments.read(text, as_of=NOW) == moment


@pytest.mark.parametrize(
    "text",
    ["7d", "-7d", "in-7d-ago", "in-0.5h", "7m-ago", "999999d-ago", "٧d-ago", "now ", "later"],
)
def test_what_is_no_moment_is_none(text):
    assert moments.read(text, as_of=NOW) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("now", "now"),
        ("in-48h", "in 48 h"),
        ("1d-ago", "1 day ago"),
        ("2026-02-04", "2026-02-04 00:00 UTC"),
        ("2026-02-04T14:00:05+01:00", "2026-02-04 13:00:05 UTC"),
        ("soon", "soon"),
    ],
)
def test_moments_are_said_with_their_zone_or_as_a_distance(text, said):
    assert moments.words(text) == said


def test_only_what_moves_is_relative():
    assert [moments.is_relative(text) for text in ("now", "7d-ago", "2026-02-04", "x")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 2, 4, 13, 0, 7, tzinfo=UTC), "2026-02-04 13:00:07 UTC"),
        (datetime(2026, 2, 4, 13, 0, 0, tzinfo=UTC), "2026-02-04 13:00 UTC"),
        (datetime(2026, 2, 4, 13, 0, tzinfo=timezone(timedelta(hours=5))), "2026-02-04 08:00 UTC"),
    ],
)
def test_a_moment_is_written_in_utc_with_seconds_only_where_there_are_any(moment, written):
    assert moments.stamp(moment) == written
