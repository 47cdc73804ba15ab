"""Scheduled exports as pages and the overview read them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import ExportFile, ScheduledExport
from governance.queries import scheduledexports as queries
from governance.services.files import scheduled
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def a_run(made: ScheduledExport, days_ago: int = 0, **given) -> ExportFile:
    """A run of an export as it ended."""
    wanted = {
        "subject": made.subject,
        "format": "csv",
        "requester": made.owner,
        "scheduled": made,
        "due_at": NOW - timedelta(days=days_ago),
        "state": "ready",
        "rows": 1,
    }
    return ExportFile.objects.create(**wanted | given)


def noticed(user, **given) -> list[ExportFile]:
    return list(queries.to_look_at(user, **{"all_of_them": False} | given))


def test_what_failed_or_came_out_empty_last_waits_for_a_look_of_its_owner():
    failing, empty, good = (make.scheduled_export() for _ in range(3))
    a_run(failing, 1, state="ready")
    failed = a_run(failing, state="failed", rows=None)
    nothing = a_run(empty, 1, rows=0)
    a_run(good)
    a_run(good, 2, state="failed", rows=None)

    assert noticed(failing.owner) == [failed]
    assert noticed(empty.owner) == [nothing]
    assert noticed(good.owner) == []
    assert noticed(make.manager(), all_of_them=True) == [failed, nothing]


def test_it_is_settled_by_a_run_with_rows_by_a_look_and_by_stopping():
    first, second, third = made = [make.scheduled_export() for _ in range(3)]
    for one in made:
        a_run(one, 1, state="failed", rows=None)
    a_run(first)
    scheduled.look(second, by=make.manager())
    scheduled.stop(third, by=third.owner)

    assert [noticed(one.owner) for one in made] == [[], [], []]
    # what comes after the look is noticed anew
    again = a_run(second, state="failed", rows=None)
    assert noticed(second.owner) == [again]


def test_one_under_way_does_not_settle_what_failed_before():
    made = make.scheduled_export()
    failed = a_run(made, 1, state="failed", rows=None)
    a_run(made, state="running", rows=None)

    assert noticed(made.owner) == [failed]


def test_it_is_said_when_it_is_due_next_in_its_own_time():
    made = make.scheduled_export(at=time(2, 30), time_zone="Europe/Berlin")
    before_the_gap = datetime(2026, 3, 28, 12, tzinfo=UTC)

    found = queries.next_at(made, after=before_the_gap)

    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    made.is_on = False
    assert queries.next_at(made, after=before_the_gap) is None


def test_many_cost_as_many_queries_as_one():
    counts = []
    for _ in range(2):
        made = make.scheduled_export()
        for days in range(5):
            a_run(made, days)
        with CaptureQueriesContext(connection) as asked:
            found = list(queries.listed())
            due = queries.due(at=timezone.now() + timedelta(days=1))
            list(queries.beyond())
            list(queries.to_look_at(made.owner, all_of_them=True))
        # each call stands in a transaction of its own here that reads alone
        counts.append(sum(one["sql"].startswith("SELECT") for one in asked))

    assert counts == [5, 5]
    assert [len(one.latest) for one in found] == [queries.SHOWN] * 2
    assert len(due) == 2


def test_its_files_are_found_the_last_due_first():
    made = make.scheduled_export()
    runs = [a_run(made, days) for days in (2, 1, 0)]

    assert list(queries.files_of(made)) == runs[::-1]


def test_its_story_tells_who_did_what_and_what_changed():
    owner = make.analyst(first_name="Tomas", last_name="Reyes")
    made = make.scheduled_export(owner=owner)
    scheduled.edit(made, by=owner, keep=3, name="Other")
    scheduled.stop(made, by=owner)

    told = queries.story(made)

    assert [(one.what, one.actor) for one in told[:2]] == [
        ("Stopped", "Tomas Reyes"),
        ("Changed", "Tomas Reyes"),
    ]
    assert told[1].changes == [("keep", 7, 3), ("name", made.name, "Other")]
    assert told[2].what == "Made" and told[2].actor.startswith("plain SQL as ")
