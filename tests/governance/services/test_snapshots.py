"""Each day keeps how companies stood at its end, also a day on which nobody was there to count."""

import uuid
from datetime import date, timedelta

import psycopg
import pytest
from django.utils import timezone

from governance.exceptions import SnapshotRefused
from governance.models import (
    ReadinessFigure,
    ReadinessSnapshot,
    Reason,
    Tier,
    TierTransition,
)
from governance.queries import snapshots as kept
from governance.services import housekeeping, snapshots
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.servers import RUNNING, SERVERS

MISSING = (Tier.NOT_READY, Reason.CT_MISSING)


def days_ago(count: int) -> date:
    return timezone.now().date() - timedelta(days=count)


def moved(company: uuid.UUID, days: int, before: tuple[str, str] | None, after) -> None:
    """Store what became of a company at noon of a day."""
    TierTransition.objects.create(
        at=kept.end_of(days_ago(days)) - timedelta(hours=12),
        txid=1,
        outreach_id=company,
        from_tier=before and before[0],
        from_reason=before and before[1],
        was_promotable=None if before is None else False,
        to_tier=after and after[0],
        to_reason=after and after[1],
        is_promotable=None if after is None else False,
    )


def came_and_went(*, came: int, went: int) -> uuid.UUID:
    company = uuid.uuid4()
    moved(company, came, None, MISSING)
    moved(company, went, MISSING, None)
    return company


def figures(day: date) -> dict[tuple[str, str, bool], int]:
    found = ReadinessFigure.objects.filter(snapshot__day=day)
    return {(one.tier, one.reason, one.promotable): one.companies for one in found}


@pytest.mark.django_db
def test_today_is_counted_as_of_now_and_again_when_asked():
    on = make.promotable()
    make.outreach()
    make.target("pending")
    today = days_ago(0)

    snapshots.take(today)
    make.error(make.PEOPLE, outreach=on)
    again = snapshots.take(today)

    assert figures(today) == {
        (Tier.ANCHOR_DONE, Reason.PEOPLE_ERROR, False): 1,
        (Tier.NOT_READY, Reason.CT_MISSING, False): 1,
        (Tier.NOT_READY, Reason.CT_PENDING, False): 1,
    }
    assert again.at <= timezone.now()
    assert ReadinessSnapshot.objects.count() == 1


@pytest.mark.django_db
def test_a_day_that_has_passed_is_counted_as_of_its_end():
    make.outreach()
    came_and_went(came=5, went=2)

    taken = snapshots.take(days_ago(3))

    assert taken.at == kept.end_of(days_ago(3))
    assert figures(days_ago(3)) == {(*MISSING, False): 1}
    snapshots.take(days_ago(2))
    assert figures(days_ago(2)) == {}


@pytest.mark.django_db
def test_days_without_anything_known_are_refused():
    with pytest.raises(SnapshotRefused, match="no change of any is stored"):
        snapshots.take(days_ago(1))
    came_and_went(came=5, went=2)

    with pytest.raises(SnapshotRefused, match=f"only from {days_ago(5)} on"):
        snapshots.take(days_ago(6))
    with pytest.raises(SnapshotRefused, match="has not come yet"):
        snapshots.take(days_ago(-1))
    assert not ReadinessSnapshot.objects.exists()


def test_the_house_fills_every_day_that_was_missed(committed_db):
    came_and_went(came=4, went=2)
    snapshots.take(days_ago(0))
    ReadinessSnapshot.objects.create(
        day=days_ago(3), at=kept.end_of(days_ago(3)) - timedelta(hours=3), definition=1
    )

    assert snapshots.fill() == 4
    assert snapshots.fill() == 0

    days = ReadinessSnapshot.objects.filter(day__lt=days_ago(0))
    assert [one.day for one in days] == [days_ago(n) for n in (4, 3, 2, 1)]
    assert all(one.at == kept.end_of(one.day) for one in days)
    assert [sum(figures(days_ago(n)).values()) for n in (4, 3, 2, 1)] == [1, 1, 0, 0]
    assert "taking snapshots" in housekeeping.CHORES


def test_a_day_with_changes_still_under_way_is_left_for_later(committed_db, monkeypatch):
    came_and_went(came=2, went=1)
    monkeypatch.setattr(kept, "end_of", lambda day: timezone.now() + timedelta(hours=1))
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as other:
        other.execute("SELECT pg_current_xact_id()")

        assert snapshots.fill() == 0
    assert not ReadinessSnapshot.objects.exists()


@pytest.mark.django_db
def test_companies_that_stand_otherwise_are_found_by_their_net_change():
    pending = (Tier.NOT_READY, Reason.CT_PENDING)
    went, there_and_back, new = came_and_went(came=6, went=3), uuid.uuid4(), uuid.uuid4()
    moved(there_and_back, 6, None, MISSING)
    moved(there_and_back, 3, MISSING, pending)
    moved(there_and_back, 2, pending, MISSING)
    moved(new, 3, None, MISSING)
    moved(new, 2, MISSING, pending)
    for days in (4, 1):
        snapshots.take(days_ago(days))

    found = kept.moved(days_ago(4), days_ago(1))

    assert {one.outreach_id: one[1:] for one in found} == {
        went: (MISSING[0], None, MISSING[1], None),
        new: (None, pending[0], None, pending[1]),
    }


@pytest.mark.django_db
def test_days_that_cannot_be_compared_are_refused():
    came_and_went(came=6, went=3)
    for days in (4, 1):
        snapshots.take(days_ago(days))

    with pytest.raises(BadRequest, match="is not before"):
        kept.moved(days_ago(1), days_ago(4))
    with pytest.raises(BadRequest, match=f"no snapshot of {days_ago(3)}"):
        kept.moved(days_ago(4), days_ago(3))
    ReadinessSnapshot.objects.filter(day=days_ago(4)).update(definition=0)
    with pytest.raises(BadRequest, match="cannot be compared"):
        kept.moved(days_ago(4), days_ago(1))
