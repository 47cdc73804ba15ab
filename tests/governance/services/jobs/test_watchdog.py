"""The watchdog writes a late job down once, whoever looks, and starts nothing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.models import JobRun, Lapse, Schedule
from governance.queries.jobs import duetimes
from governance.services.jobs import runs, watchdog
from tests import owner

pytestmark = pytest.mark.django_db
LONG = timedelta(days=1)


@pytest.fixture
def daily():
    """The daily schedule, in force for a month."""
    since = timezone.now() - timedelta(days=30)
    Schedule.objects.filter(job="daily").update(enforced_at=since)
    return Schedule.objects.get(job="daily")


def looked(by: str = "worker@here", **given) -> list[str]:
    return [one.job for one in watchdog.look(by=by, **{"watched": LONG} | given)]


def test_what_is_late_is_noted_once_by_the_first_who_looks(daily, caplog):
    due = duetimes.latest(daily, timezone.now())
    yesterday = runs.claim("daily", trigger="schedule", started_by="s", due_at=due - LONG)
    runs.carry_on(yesterday.pk)

    before = looked(at=due + daily.grace - timedelta(seconds=1))
    found = [looked(by, at=due + daily.grace) for by in ("worker@here", "worker@there")]

    assert (before, found) == ([], [["daily"], []])
    lapse = Lapse.objects.get()
    assert (lapse.job, lapse.due_at, lapse.noticed_by) == ("daily", due, "worker@here")
    assert "job is late" in caplog.text
    assert JobRun.objects.get() == yesterday


def test_the_next_due_moment_is_another_lapse(daily):
    due = duetimes.latest(daily, timezone.now())

    looked(at=due + daily.grace - LONG)
    looked(at=due + daily.grace)

    assert list(Lapse.objects.order_by("due_at").values_list("due_at", flat=True)) == [
        due - LONG,
        due,
    ]


def test_who_has_just_begun_to_watch_notes_nothing(daily):
    assert looked(watched=timedelta(minutes=1)) == []
    assert not Lapse.objects.exists()


def test_a_lapse_is_neither_changed_nor_deleted_nor_written_twice(daily):
    looked()
    values = "SELECT job, due_at, now(), 'psql' FROM governance_lapse"
    for statement in (
        "UPDATE governance_lapse SET due_at = now()",
        "DELETE FROM governance_lapse",
        f"INSERT INTO governance_lapse (job, due_at, noticed_at, noticed_by) {values}",
    ):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|append-only|one_lapse"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="never emptied"):
        owner.runs("TRUNCATE governance_lapse")
