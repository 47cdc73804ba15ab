"""Scheduled exports are made, edited, stopped and started by whose they are; managers stop those of others."""

from datetime import time, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from governance.exceptions import NotPermitted, ScheduledExportRefused
from governance.models import Event, ScheduledExport
from governance.services.files import scheduled
from tests import make
from tests.governance.services.files.due import at, daily, due

pytestmark = pytest.mark.django_db


def test_an_edit_at_the_due_minute_loses_no_run_and_makes_up_none_of_the_new_rule():
    made = daily(at=time(0, 0, 1))

    scheduled.edit(made, by=made.owner, at=time(0, 0), name="Earlier")
    scheduled.start_due(at=timezone.now())

    (file,) = made.files.all()
    assert file.due_at.time() == time(0, 0, 1)
    made.refresh_from_db()
    assert (made.name, made.words, made.version) == ("Earlier", "daily, 00:00 UTC", 3)


def test_stopped_it_is_due_no_more_and_started_again_from_then_on():
    made = daily()
    scheduled.stop(made, by=made.owner)
    stopped = due(at(10, 6))

    made = scheduled.start(made, by=made.owner)

    assert stopped == [] and due(timezone.now()) == []
    assert made.is_on and made.due_since > timezone.now() - timedelta(minutes=1)


def test_a_form_that_is_sent_twice_makes_one():
    owner = make.analyst()
    form = {"by": owner, "name": "Mine", "subject": "errors", "at": time(6)}
    made = scheduled.make(**form)

    assert scheduled.make(**form) == made
    assert scheduled.make(**form | {"keep": 3}) != made
    assert scheduled.make(**form | {"subject": "readiness"}) != made
    ScheduledExport.objects.update(due_since=timezone.now() - timedelta(minutes=2))
    assert scheduled.make(**form) != made


def test_its_history_says_who_made_changed_stopped_and_started_it():
    owner, manager = make.analyst(), make.manager()
    made = scheduled.make(by=owner, name="Mine", subject="errors", at=time(6))
    scheduled.edit(made, by=owner, keep=3)
    scheduled.stop(made, by=manager)
    scheduled.start(made, by=owner)

    events = Event.objects.filter(subject_type="scheduled_export", subject_key=str(made.pk))
    said = list(events.order_by("id").values_list("action", "actor", "to_state"))
    assert said == [
        ("CREATE", owner.username, "ON"),
        ("UPDATE", owner.username, "ON"),
        ("STOP", manager.username, "OFF"),
        ("START", owner.username, "ON"),
    ]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"name": ""}, "A name has 1 to 60"),
        ({"name": "x" * 61}, "A name has 1 to 60"),
        ({"name": "a\u200bb"}, "name"),
        ({"time_zone": "Mars/Base"}, "There is no time zone Mars/Base"),
        ({"time_zone": "../../etc/passwd"}, "There is no time zone"),
        ({"filter": f"code={'x' * 100_000}"}, "100,005 characters"),
        ({"keep": 0}, "Between 1 and 50"),
        ({"keep": 51}, "Between 1 and 50"),
        ({"weekday": 7}, "cannot be scheduled"),
        ({"format": "pdf"}, "cannot be scheduled"),
        ({"subject": "audit"}, "cannot be scheduled"),
        ({"at": None}, "cannot be scheduled"),
    ],
)
def test_what_is_no_rule_is_refused(values, why):
    sound = {"name": "Mine", "subject": "errors", "at": time(6)}

    with pytest.raises(ScheduledExportRefused) as refusal:
        scheduled.make(by=make.analyst(), **sound | values)

    assert why in refusal.value.sentence or why == "name"
    assert not ScheduledExport.objects.exists()


def test_who_may_not_export_schedules_nothing_and_nobody_changes_that_of_others():
    made, other, manager = make.scheduled_export(), make.analyst(), make.manager()

    for refused in (
        lambda: scheduled.make(by=make.viewer(), name="Mine", subject="errors", at=time(6)),
        lambda: scheduled.edit(made, by=manager, keep=3),
        lambda: scheduled.start(made, by=manager),
        lambda: scheduled.stop(made, by=other),
        lambda: scheduled.look(made, by=other),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert scheduled.stop(made, by=manager).is_on is False


def test_so_many_at_most_of_one_person_and_nothing_is_no_change(monkeypatch):
    monkeypatch.setattr(scheduled, "MOST_OWN", 1)
    made = make.scheduled_export()
    with pytest.raises(ScheduledExportRefused, match="Nothing would change"):
        scheduled.edit(made, by=made.owner, keep=made.keep)

    with pytest.raises(ScheduledExportRefused, match="1 scheduled exports already"):
        scheduled.make(by=made.owner, name="More", subject="errors", at=time(6))

    scheduled.stop(made, by=made.owner)
    assert scheduled.make(by=made.owner, name="More", subject="errors", at=time(6)).is_on
    with pytest.raises(ScheduledExportRefused):
        scheduled.start(made, by=made.owner)


def test_no_scheduled_export_is_deleted():
    made = make.scheduled_export()

    with pytest.raises(DatabaseError, match="keeps its rows for good"), transaction.atomic():
        ScheduledExport.objects.filter(pk=made.pk).delete()
