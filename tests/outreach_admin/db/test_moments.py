"""Moments that PostgreSQL keeps and Python cannot are read, shown and given back as they are."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import connection
from django.utils import timezone

from outreach_admin.db import moments
from outreach_admin.db.pooled import base as pooled
from outreach_admin.ui import figures

pytestmark = pytest.mark.django_db
ODD = (
    "infinity",
    "-infinity",
    "10000-01-01 00:00:00+00",
    "294276-12-31 23:59:59.5+00",
    "0044-03-15 00:00:00+00 BC",
)


def read(written: str, kind: str = "timestamptz"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}", [written])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("written", ODD)
def test_a_moment_beyond_all_years_is_read_shown_and_given_back(written):
    found = read(written)

    assert str(found) == found.isoformat() == f"{found:%Y-%m-%d}" == written
    assert (
        figures.exact(found) == figures.day(found) == figures.ago(found, timezone.now()) == written
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s = %s::timestamptz, pg_typeof(%s)::text", [found, written, found])
        assert cursor.fetchone() == (True, "timestamp with time zone")


@pytest.mark.parametrize("written", ODD)
def test_a_place_marker_carries_it(written):
    assert str(moments.read(read(written).isoformat(), UTC)) == written


def test_no_other_text_is_such_a_moment():
    texts = ("", "soon", "2026-02-04 00:00:00+00", "infinity'", "10000", "BC")

    assert [text for text in texts if moments.read(text, UTC)] == []


def test_it_lies_beyond_all_others():
    assert read("-infinity") < datetime(1900, 1, 1, tzinfo=UTC) < read("infinity")
    assert read("0044-03-15 00:00:00+00 BC") < datetime(1, 1, 2, tzinfo=UTC)


def test_every_other_moment_is_djangos():
    found = read("2026-02-04 13:00:00+00")

    assert (type(found), found) == (datetime, datetime(2026, 2, 4, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "nearest"),
    [("infinity", date.max), ("10000-01-01", date.max), ("-infinity", date.min)],
)
def test_a_day_beyond_all_years_is_the_nearest(written, nearest):
    assert read(written, "date") == nearest


@pytest.mark.parametrize("written", ["24:00", "23:59:60"])
def test_the_end_of_a_day_is_the_last_time_of_it(written):
    assert read(written, "time") == time.max
    assert read("23:59:59", "time") == time(23, 59, 59)


@pytest.mark.parametrize("name", ["", " ", "Nowhere/Land", "America", "../UTC", "/etc", "x" * 999])
def test_a_zone_that_is_none_is_said_to_be_none(name):
    assert moments.zone(name) is None
    assert moments.zone_said(name) == f"UTC, for there is no zone {name!r}"
    assert moments.zone_said("Europe/Berlin") == "Europe/Berlin"


def test_the_pool_of_the_web_reads_them(monkeypatch):
    monkeypatch.setattr(pooled.DatabaseWrapper, "_connection_pools", {})
    options = connection.settings_dict["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 1}}
    own = pooled.DatabaseWrapper(
        connection.settings_dict | {"OPTIONS": options, "CONN_MAX_AGE": 0}, alias="default"
    )
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT 'infinity'::timestamptz")
            assert str(cursor.fetchone()[0]) == "infinity"
    finally:
        own.close()
        own.close_pool()
