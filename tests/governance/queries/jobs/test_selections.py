"""Which errors each job takes: to the second, by the policy of their tables, each row by one job."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from governance.models import ErrorTable, HubError
from governance.queries.jobs import selections
from tests import make

pytestmark = pytest.mark.django_db
DAYS = {"SHORT": 7, "MEDIUM": 30, "LONG": 90}
SECOND = timedelta(seconds=1)
EVERY = (selections.expired, selections.exhausted, selections.superseded, selections.stale)


def taken(select, at) -> set:
    return set(select(at).values_list("pk", flat=True))


def takers(row, at) -> list[str]:
    """The jobs that would take a row at that moment."""
    return [select.__name__ for select in EVERY if row.pk in taken(select, at)]


@pytest.mark.parametrize("tier", DAYS)
def test_a_ttl_ends_at_its_second(tier):
    row = make.error(ttl_tier=tier)
    end = row.created_at + timedelta(days=DAYS[tier])

    assert takers(row, end - SECOND) == []
    assert takers(row, end) == ["expired"]


@pytest.mark.parametrize(
    "created",
    ["2024-02-27T23:30:00+00:00", "2026-03-28T12:00:00+01:00", "2026-10-24T12:00:00+02:00"],
)
def test_a_ttl_is_so_many_hours_over_leap_days_and_changed_clocks(created):
    row = make.error(created_at=datetime.fromisoformat(created), ttl_tier="SHORT")
    end = row.created_at + timedelta(hours=168)

    assert takers(row, end - SECOND) == []
    assert takers(row, end) == ["expired"]


def test_what_never_expires_is_never_taken():
    row = make.error(ttl_tier="INFINITE")

    assert takers(row, datetime.fromisoformat("9998-01-01T00:00:00+00:00")) == []


def test_a_ttl_that_was_left_out_is_that_of_the_table_and_expires():
    row = HubError.objects.create(**make.error_columns(make.URL, ttl_tier=None))

    assert takers(row, timezone.now() + timedelta(days=90)) == ["expired"]


@pytest.mark.parametrize("disposition", ["RETRY", "PARKED", "RESOLVED", "IGNORE", "ARCHIVED"])
def test_whatever_has_expired_is_taken_also_what_is_archived_in_place(disposition):
    ErrorTable.objects.filter(name=make.URL).update(
        allowed_dispositions=["RETRY", "PARKED", "RESOLVED", "IGNORE", "ARCHIVED"]
    )
    row = make.error(make.URL, disposition=disposition)

    assert takers(row, row.expires_at) == ["expired"]


def test_a_table_that_holds_expired_blockers_keeps_them_and_lets_the_rest_go():
    ErrorTable.objects.filter(name=make.CT).update(holds_expired=True)
    retry, parked, loose, resolved = (
        make.error(),
        make.error(disposition="PARKED"),
        make.error(outreach=None),
        make.error(disposition="RESOLVED"),
    )
    at = resolved.created_at + timedelta(days=30)

    assert taken(selections.expired, at) == {loose.pk, resolved.pk}
    assert takers(retry, at) == []
    assert takers(parked, at) == ["stale"]


def test_a_row_that_is_exhausted_and_expired_is_archived():
    row = make.error(retry_count=3)

    assert takers(row, row.expires_at - SECOND) == ["exhausted"]
    assert takers(row, row.expires_at) == ["expired"]


def test_exhausted_rows_are_parked_where_their_table_knows_parking_else_superseded():
    now = timezone.now()
    parks, supersedes = (
        make.error(retry_count=3),
        make.error(make.URL, disposition="RETRY", retry_count=1),
    )
    left = make.error(make.URL, retry_count=1), make.error(retry_count=2)

    assert (takers(parks, now), takers(supersedes, now)) == (["exhausted"], ["superseded"])
    assert [takers(row, now) for row in left] == [[], []]


def test_an_attempt_that_is_queued_is_not_exhausted_before_it_had_its_time():
    asked = timezone.now()
    later = asked + timedelta(minutes=15)
    queued = make.error(retry_count=3, last_retry_at=asked, next_retry_at=later)
    at_once = make.error(retry_count=3, last_retry_at=asked, next_retry_at=asked)

    assert takers(queued, later - SECOND) == []
    assert takers(queued, later) == ["exhausted"]
    assert takers(at_once, asked + timedelta(minutes=5) - SECOND) == []
    assert takers(at_once, asked + timedelta(minutes=5)) == ["exhausted"]


def test_parked_rows_rise_when_their_age_asks_for_it_and_not_twice():
    parked = make.error(disposition="PARKED", ttl_tier="LONG")
    at = parked.parked_at
    raised = make.error(
        disposition="PARKED", parked_at=at, escalation_level=3, escalated_at=at, ttl_tier="LONG"
    )

    assert takers(parked, at + timedelta(hours=24)) == []
    assert takers(parked, at + timedelta(hours=24, seconds=1)) == ["stale"]
    assert takers(raised, at + timedelta(days=30)) == []


def test_a_parked_row_that_used_up_its_tries_rises_at_once():
    row = make.error(disposition="PARKED", retry_count=3)

    assert takers(row, row.parked_at) == ["stale"]


def test_a_ttl_that_is_given_by_code_is_another_one_than_the_row_has():
    give = selections.of_codes("TIMEOUT", to="MEDIUM")
    long = make.error(make.URL, code="TIMEOUT")
    make.error(make.URL, code="TIMEOUT", ttl_tier="SHORT")
    make.error(make.URL, code="OTHER")
    make.error(code="TIMEOUT")

    assert taken(give, timezone.now()) == {long.pk}
