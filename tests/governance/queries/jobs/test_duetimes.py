"""A civil time is due once a day: when clocks change, in leap years, after an outage, around an edit."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.queries.jobs import duetimes

MINUTE = timedelta(minutes=1)


@dataclass
class Rule:
    """A schedule as far as times go."""

    at: time | None = None
    weekday: int | None = None
    time_zone: str = "UTC"
    every_minutes: int | None = None
    is_on: bool = True
    enforced_at: datetime | None = datetime(2020, 1, 1, tzinfo=UTC)
    ended_at: datetime | None = None


BERLIN = Rule(time(2, 30), time_zone="Europe/Berlin")
SIX = Rule(time(6, 0))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "after", "next_"),
    [
        # 02:30 does not exist on 29 March, and exists twice on 25 October
        (BERLIN, "2026-03-28T12:00", "2026-03-29T01:30"),
        (BERLIN, "2026-03-29T01:30", "2026-03-30T00:30"),
        (BERLIN, "2026-10-24T12:00", "2026-10-25T00:30"),
        (BERLIN, "2026-10-25T00:30", "2026-10-26T01:30"),
        (SIX, "2028-02-28T06:00", "2028-02-29T06:00"),
        (SIX, "2028-02-29T06:00", "2028-03-01T06:00"),
        (SIX, "2026-12-31T06:00", "2027-01-01T06:00"),
        (Rule(time(3), weekday=6), "2026-11-29T03:00", "2026-12-06T03:00"),
        (Rule(time(3), weekday=6), "2026-11-29T02:59", "2026-11-29T03:00"),
        (Rule(time(0), time_zone="Pacific/Apia"), "2011-12-29T11:00", "2011-12-30T10:00"),
        (Rule(every_minutes=5), "2026-11-29T03:00", "2026-11-29T03:05"),
        (Rule(every_minutes=60), "2026-11-29T03:59", "2026-11-29T04:00"),
    ],
)
def test_the_next_moment_follows_the_clock_on_the_wall(rule, after, next_):
    assert duetimes.following(rule, utc(after)) == utc(next_)
    assert duetimes.latest(rule, utc(next_)) == utc(next_)
    assert duetimes.latest(rule, utc(next_) - timedelta(seconds=1)) <= utc(after)


@settings(max_examples=200, deadline=None)
@given(
    rule=st.builds(
        Rule,
        at=st.times().map(lambda at: at.replace(microsecond=0)),
        weekday=st.none() | st.integers(0, 6),
        time_zone=st.sampled_from(
            ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
        ),
    ),
    seconds=st.integers(1_577_836_800, 2_051_222_400),
)
def test_no_moment_lies_between_the_last_and_the_next(rule, seconds):
    moment = datetime.fromtimestamp(seconds, UTC)

    last, next_ = duetimes.latest(rule, moment), duetimes.following(rule, moment)

    assert last <= moment < next_
    assert duetimes.following(rule, last) == next_
    assert duetimes.latest(rule, next_) == next_


def test_what_was_missed_is_made_up_once():
    now = utc("2026-11-29T09:00")

    missed = duetimes.due([SIX], by=now, since=utc("2026-11-20T06:00"))

    assert missed == utc("2026-11-29T06:00")
    assert duetimes.due([SIX], by=now, since=missed) is None
    assert duetimes.due([SIX], by=missed - MINUTE, since=None) == utc("2026-11-28T06:00")


def test_nothing_was_due_before_a_schedule_was_in_force_or_while_it_is_off():
    now = utc("2026-11-29T09:00")

    assert (
        duetimes.due([replace(SIX, enforced_at=utc("2026-11-29T06:01"))], by=now, since=None)
        is None
    )
    assert duetimes.due([replace(SIX, enforced_at=utc("2026-11-29T06:00"))], by=now, since=None)
    assert duetimes.due([replace(SIX, is_on=False)], by=now, since=None) is None
    assert duetimes.due([replace(SIX, enforced_at=None)], by=now, since=None) is None


def test_a_change_at_the_due_minute_loses_no_run():
    changed = utc("2026-11-29T06:00") + timedelta(seconds=30)
    before = replace(SIX, ended_at=changed)
    after = replace(SIX, at=time(7), enforced_at=changed)
    since = utc("2026-11-28T06:00")

    first = duetimes.due([before, after], by=changed + MINUTE, since=since)
    second = duetimes.due([before, after], by=utc("2026-11-29T07:00"), since=first)

    assert (first, second) == (utc("2026-11-29T06:00"), utc("2026-11-29T07:00"))


def test_a_rule_that_says_nothing_is_an_error():
    with pytest.raises(ValueError, match="minutes or a time"):
        duetimes.latest(Rule(), utc("2026-11-29T07:00"))


def test_a_zone_that_is_none_counts_as_utc():
    lost = replace(SIX, time_zone="Nowhere/Land")

    assert duetimes.following(lost, utc("2026-03-28T12:00")) == utc("2026-03-29T06:00")
    assert duetimes.latest(lost, utc("2026-03-28T12:00")) == utc("2026-03-28T06:00")
