"""What clearing large groups would do is counted ahead, and only where something has changed."""

import pytest
from django.db import connection

from governance.models import GroupEffects, HubError
from governance.queries.errors import group_effects
from governance.services import groups
from tests import make


@pytest.fixture(autouse=True)
def every_group_is_large(monkeypatch):
    """Keep groups of one row too, and read none at once."""
    monkeypatch.setattr(group_effects, "READ_WHOLE", 0)
    monkeypatch.setattr(group_effects, "KEPT_FROM", 1)


def told() -> None:
    """Have this session tell the database now what it has changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    HubError.objects.exists()


@pytest.mark.django_db
def test_every_way_of_grouping_is_counted():
    make.errors(3)

    assert groups.count_effects() == 4

    kept = {found.grouping: found.effects for found in GroupEffects.objects.all()}
    assert {grouping: facts["companies"] for grouping, ((_, facts),) in kept.items()} == {
        "cause": 3,
        "tries": 3,
        "owner": 3,
        "expiry": 3,
    }


@pytest.mark.django_db
def test_nothing_is_counted_ahead_of_pages_that_are_read_at_once(monkeypatch):
    monkeypatch.setattr(group_effects, "READ_WHOLE", 3)
    make.errors(3)
    make.errors(3, disposition="RESOLVED")

    assert groups.count_effects() == 0
    assert not GroupEffects.objects.exists()


@pytest.mark.django_db
def test_groups_below_the_size_are_left_out(monkeypatch):
    monkeypatch.setattr(group_effects, "KEPT_FROM", 3)
    make.errors(3, message="large")
    make.errors(2, message="small")

    groups.count_effects()

    assert len(GroupEffects.objects.get(pk="cause").effects) == 1


def test_what_has_not_changed_is_not_counted_again_but_holds_on(committed_db):
    make.errors(3)
    told()
    groups.count_effects()
    before = GroupEffects.objects.get(pk="owner")

    assert groups.count_effects() == 0

    after = GroupEffects.objects.get(pk="owner")
    assert (after.effects, after.stamp) == (before.effects, before.stamp)
    assert after.counted_at > before.counted_at


@pytest.mark.parametrize("change", ["an error", "readiness"])
def test_what_has_changed_is_counted_again(committed_db, change):
    error = make.error()
    told()
    groups.count_effects()

    if change == "an error":
        HubError.objects.filter(pk=error.pk).update(owner="jane")
    else:
        make.filing(outreach=error.outreach)
    told()

    assert groups.count_effects() == 4
