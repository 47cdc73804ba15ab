"""Calling hours by the clock of whoever is called, over nights and over changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.reference.sync import TOOLBOX
from governance.toolbox import openings, reading
from governance.toolbox.entries import Hours

HOURS = Hours(time(9), time(20))
CHICAGO = "America/Chicago"
TOOLS = reading.read(Path(TOOLBOX).read_text()).tools


def at(text: str, zone: str = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def lasting(text: str, valid: int, zone: str = CHICAGO) -> datetime:
    return openings.lasts_until(at(text, zone), valid, zone, HOURS)


def test_a_tool_that_keeps_hours_names_the_fact_that_says_whose():
    assert openings.zone_fact(TOOLS["TOOL-011"]) == "contact_timezone"
    assert openings.zone_fact(TOOLS["TOOL-008"]) == ""


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-02-02T08:59", "2026-02-02T09:00"),
        ("2026-02-02T09:00", "2026-02-02T09:00"),
        ("2026-02-02T19:59", "2026-02-02T19:59"),
        ("2026-02-02T20:00", "2026-02-03T09:00"),
        ("2026-02-02T00:00", "2026-02-02T09:00"),
    ],
)
def test_hours_are_open_from_the_first_minute_until_before_the_last(now, opens):
    assert openings.next_opening(at(now), CHICAGO, HOURS) == at(opens)


@pytest.mark.parametrize(
    ("now", "valid", "end"),
    [
        # closed: it counts from the next opening
        ("2026-02-02T21:00", 2, "2026-02-03T11:00"),
        ("2026-02-02T07:40", 24, "2026-02-03T09:00"),
        # open: from now on, and what would end in the night goes on in the morning
        ("2026-02-02T10:00", 4, "2026-02-02T14:00"),
        ("2026-02-02T19:50", 4, "2026-02-03T12:50"),
        ("2026-02-02T15:00", 24, "2026-02-03T15:00"),
    ],
)
def test_an_agreement_cannot_lapse_overnight(now, valid, end):
    assert lasting(now, valid) == at(end)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        # clocks go forward, and back, in the night between
        ("2026-03-07T21:00", datetime(2026, 3, 8, 14, tzinfo=UTC)),
        ("2026-10-31T21:00", datetime(2026, 11, 1, 15, tzinfo=UTC)),
    ],
)
def test_the_next_morning_begins_by_the_clock_of_that_day(now, opens):
    assert openings.next_opening(at(now), CHICAGO, HOURS) == opens
    assert lasting(now, 3) == opens + timedelta(hours=3)


def test_whoever_lives_elsewhere_is_called_by_his_own_morning():
    evening = datetime(2026, 2, 2, 12, tzinfo=UTC)

    assert openings.next_opening(evening, "Asia/Kolkata", HOURS) == evening
    opens = openings.next_opening(evening, "Pacific/Auckland", HOURS)
    assert opens == at("2026-02-03T09:00", "Pacific/Auckland")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus"])
def test_without_a_zone_nothing_is_put_off(zone):
    midnight = datetime(2026, 2, 2, tzinfo=UTC)

    assert openings.lasts_until(midnight, 24, zone, HOURS) == midnight + timedelta(hours=24)


MOMENTS = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from([CHICAGO, "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])


@given(MOMENTS, ZONES, st.integers(1, 240))
def test_whenever_it_is_given_it_lasts_as_long_as_said_and_into_open_hours(now, zone, valid):
    end = openings.lasts_until(now, valid, zone, HOURS)

    first = openings.next_opening(now, zone, HOURS)
    assert first < end
    assert timedelta(hours=valid) <= end - now <= timedelta(hours=valid + 50)
