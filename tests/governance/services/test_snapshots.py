"""Each day keeps how companies stood at its end, also a day on which nobody was there to count."""

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
)
from governance.queries.readiness import snapshots as kept
from governance.services import snapshots
from tests import make
from tests.governance.transitions import MISSING, came_and_went, days_ago
from tests.servers import RUNNING, SERVERS


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


def test_a_day_with_changes_still_under_way_is_left_for_later(committed_db, monkeypatch):
    came_and_went(came=2, went=1)
    monkeypatch.setattr(kept, "end_of", lambda day: timezone.now() + timedelta(hours=1))
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as other:
        other.execute("SELECT pg_current_xact_id()")

        assert snapshots.fill() == 0
    assert not ReadinessSnapshot.objects.exists()
