"""Zones that may be chosen are known to both who read them."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from outreach_admin.db import zones

pytestmark = pytest.mark.django_db


def test_what_may_be_chosen_is_read_by_the_database_and_by_this_machine():
    found = zones.known()

    assert {"UTC", "Europe/Berlin", "America/New_York"} <= set(found) and found == sorted(found)
    assert "localtime" not in found
    assert all(ZoneInfo(name) for name in found)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(now() AT TIME ZONE name) FROM unnest(%s::text[]) name", [found])


def test_what_one_of_them_does_not_know_is_not_offered(monkeypatch):
    monkeypatch.setattr(zones, "available_timezones", lambda: {"UTC", "Mars/Base"})

    assert zones.known() == ["UTC"]
