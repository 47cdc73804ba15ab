"""Scheduled exports: written once for each due moment, kept so many times, in the name of their owner."""

from datetime import time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from governance.models import ExportFile, JobRun, Schedule, ScheduledExport
from governance.resources import exports as resources
from governance.services.files import exports, scheduled
from governance.services.jobs import runs, schedules
from tests import make
from tests.governance.services.files.due import STARTED, at, daily, due, moments, weekly, written

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
COPIED = """subject, format, filter, state, note, path, written, attempts, requester_id,
    scheduled_id, due_at"""


def test_a_week_away_is_made_up_once_and_what_was_due_before_it_was_made_is_not():
    daily()
    weekly(at=time(5))
    young = make.scheduled_export(at=time(6))
    ScheduledExport.objects.filter(pk=young.pk).update(due_since=at(17, 7))

    first, later = len(due(at(10, 6))), len(due(at(17, 6, 30)))

    # 9 and 16 March are Mondays
    assert (first, later) == (2, 2)
    assert moments() == [at(9, 5), at(10, 6), at(16, 5), at(17, 6)]
    assert not young.files.exists()


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        # clocks go forward: 02:30 is not there, and counts as 03:30
        (at(29, 1, 29), at(28, 1, 30)),
        (at(29, 1, 30), at(29, 1, 30)),
        # clocks go back: 02:30 is there twice, the first one counts
        (at(25, 0, 30, month=10), at(25, 0, 30, month=10)),
        (at(25, 1, 31, month=10), at(25, 0, 30, month=10)),
    ],
)
def test_each_civil_day_has_one_file_also_when_clocks_change(now, moment):
    daily(at=time(2, 30), time_zone="Europe/Berlin")

    found = due(now), due(now + timedelta(minutes=61)), due(now + timedelta(minutes=62))

    assert found[0][0].due_at == moment
    assert sum(map(len, found)) == len(set(moments()))
    assert len({one.date() for one in moments()}) == len(moments())


def test_a_clock_set_back_neither_repeats_nor_skips():
    daily()

    ahead = [len(due(moment)) for moment in (at(9, 7), at(10, 6), at(13, 6))]
    back = [len(due(moment)) for moment in (at(10, 5), at(10, 7), at(11, 6), at(13, 7))]

    assert (ahead, back) == ([1, 1, 1], [0, 0, 1, 0])


def test_runs_without_a_file_are_as_few_and_take_no_file_away():
    made = daily(keep=2, filter="error_table=outreach.dol_errors")
    good = written(at(9, 6))
    ScheduledExport.objects.filter(pk=made.pk).update(filter="legacy=1")

    failed = [written(at(day, 6)) for day in (10, 11, 12, 13)]

    assert {file.state for file in failed} == {"failed"}
    kept = [file.due_at.day for file in made.files.order_by("due_at")]
    assert kept == [9, 12, 13] and exports.path_of(good).is_file()


def test_files_of_a_schedule_outlast_the_week_while_it_goes_on():
    made = daily()
    file = written(at(10, 6))
    ExportFile.objects.update(finished_at=timezone.now() - 8 * DAY)

    goes_on, _ = exports.expire(), scheduled.stop(made, by=made.owner)
    stopped = exports.expire()

    assert (goes_on, stopped) == (0, 1)
    assert not exports.path_of(file).exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"filter": "legacy=1"}, "Unknown filter “legacy”"),
        ({"filter": "disposition=GONE"}, "The value of “disposition” is not valid"),
        ({"filter": "a%"}, "The value of “a%” is empty"),
        ({"filter": "code="}, "The value of “code” is empty"),
        ({"columns": "code,legacy"}, "There is no column “legacy”"),
    ],
)
def test_what_the_list_no_longer_has_fails_with_the_reason_and_no_rows(change, why):
    daily()
    make.error()
    ScheduledExport.objects.update(**change)

    file = written(at(10, 6))

    assert (file.state, file.path, file.rows) == ("failed", "", None)
    assert why in file.note


def test_a_view_is_taken_as_it_is_at_each_run_without_its_order_and_columns():
    owner = make.analyst()
    view = make.view(query="code=NO_MATCH&columns=code&sort=-created&size=100", owner=owner)
    made = daily(owner=owner, view=view, view_name=view.name)
    first = written(at(10, 6))
    view.query = "code=OTHER"
    view.save()

    second = written(at(11, 6))
    view.delete()
    third = written(at(12, 6))

    assert [first.filter, second.filter] == ["code=NO_MATCH", "code=OTHER"]
    assert (third.state, third.filter) == ("failed", "")
    assert third.note.startswith(f"The view “{made.view_name}” is gone, or no longer shared.")


@pytest.mark.parametrize(
    ("other", "query"), [({"is_shared": False}, ""), ({"page": "governance:archive-list"}, "")]
)
def test_a_view_of_somebody_else_or_of_another_list_gives_nothing(other, query):
    view = make.view(**{"owner": make.analyst(), "is_shared": True} | other)
    daily(view=view, view_name=view.name)

    assert written(at(10, 6)).state == "failed"


@pytest.mark.parametrize(
    ("loss", "why"),
    [("account", "is switched off"), ("group", "no longer has the right to export")],
)
def test_who_has_left_or_lost_the_right_exports_nothing_and_it_is_seen(loss, why):
    made = daily()
    make.error()
    make.lose(made.owner, loss)

    file = written(at(10, 6))

    assert (file.state, file.path) == ("failed", "")
    assert why in file.note and str(made.owner) in file.note


def test_who_lost_the_right_to_see_the_rows_exports_none_of_them():
    made = daily(subject="readiness")
    make.outreach()
    first = written(at(10, 6))
    made.owner.groups.clear()
    make.give(made.owner, "export_huberror", "view_huberror")

    second = written(at(11, 6))

    assert (first.state, second.state) == ("ready", "failed")
    assert "the right to export these rows" in second.note


def test_a_file_of_a_lost_worker_is_written_by_another_or_fails_after_three():
    daily()
    make.error()
    (file,) = due(at(10, 6))
    long_ago = timezone.now() - timedelta(hours=1)
    running = {"state": "running", "heartbeat_at": long_ago, "attempts": 1}
    ExportFile.objects.filter(pk=file.pk).update(**running)

    exports.take_up()
    resources.write_file(file.pk)
    file.refresh_from_db()
    (second,) = due(at(11, 6))
    ExportFile.objects.filter(pk=second.pk).update(**running | {"attempts": exports.MOST_ATTEMPTS})
    exports.take_up()
    second.refresh_from_db()

    assert (file.state, file.attempts) == ("ready", 2)
    assert (second.state, second.note) == ("failed", exports.LOST)


def test_one_that_fails_keeps_no_other_from_its_turn(monkeypatch):
    broken, good = daily(), daily()
    create = ExportFile.objects.create

    def failing(**given):
        if given["scheduled"] == broken:
            raise DatabaseError("no room")
        return create(**given)

    monkeypatch.setattr(ExportFile.objects, "create", failing)
    with pytest.raises(ExceptionGroup):
        scheduled.start_due(at=at(10, 6))

    assert list(ExportFile.objects.values_list("scheduled", flat=True)) == [good.pk]


def test_the_job_claims_what_is_due_once_and_its_dry_run_counts_it():
    daily()
    daily(subject="readiness")
    asked = {"trigger": "command", "started_by": "root", "as_of": at(10, 6)}

    dry = runs.run("scheduled_exports", is_dry=True, **asked)
    none = ExportFile.objects.count()
    first, second = (runs.run("scheduled_exports", **asked) for _ in range(2))

    assert none == 0
    counts = [run.steps.get().counts for run in (dry, first, second)]
    assert counts[:2] == [{"errors": 1, "readiness": 1}] * 2
    assert counts[2] == {"errors": 0, "readiness": 0}


def test_its_job_is_due_every_five_minutes_and_two_beats_claim_it_once():
    Schedule.objects.exclude(job="scheduled_exports").update(is_on=False)
    Schedule.objects.update(enforced_at=STARTED)
    daily()

    for _ in range(2):
        for run in schedules.start_due(at=at(10, 6, 1)):
            runs.carry_on(run.pk)

    (run,) = JobRun.objects.all()
    assert (run.due_at, run.state) == (at(10, 6), "done")
    assert ExportFile.objects.filter(scheduled__isnull=False).count() == 1


def test_files_that_come_by_a_schedule_keep_nobody_from_asking_for_others():
    made = daily()
    for day in range(10, 15):
        due(at(day, 6))

    asked = exports.request(subject="errors", filter="", rows=1, by=made.owner)

    assert asked.state == "queued"


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE governance_scheduledexport SET keep = 0", "scheduledexport_keeps_some"),
        ("UPDATE governance_scheduledexport SET weekday = 7", "scheduledexport_weekday_known"),
        ("UPDATE governance_scheduledexport SET format = 'pdf'", "scheduledexport_format_known"),
        ("UPDATE governance_scheduledexport SET subject = 'x'", "scheduledexport_subject_known"),
        ("UPDATE governance_scheduledexport SET view_id = 1", "scheduledexport_filter_or_view"),
        ("UPDATE governance_exportfile SET due_at = NULL", "file_scheduled_facts_paired"),
        ("UPDATE governance_exportfile SET looked_at = now()", "file_looked_facts_paired"),
        (
            f"INSERT INTO governance_exportfile ({COPIED}) SELECT {COPIED} FROM governance_exportfile",
            "one_file_of_a_due_moment",
        ),
    ],
)
def test_the_database_refuses_what_no_service_writes(statement, name):
    daily()
    due(at(10, 6))

    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
