"""A run does each job for itself, once, and is carried on where its process died."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.exceptions import JobRefused
from governance.models import (
    ArchivedError,
    Event,
    HubError,
    JobRun,
    JobStep,
    Operation,
)
from governance.queries.jobs import totals
from governance.services.jobs import locks, registry, runs, steps
from governance.services.operations import plans, runner
from tests import make

ARCHIVE, PARK, ESCALATE = (
    "archive_expired_errors",
    "auto_park_exhausted_retries",
    "escalate_stale_parked_errors",
)
AT = timezone.now()


def daily(**given) -> JobRun:
    """Run the daily jobs, for a moment of now unless another is given."""
    return runs.run(
        "daily", **{"trigger": JobRun.Trigger.COMMAND, "started_by": "root", "as_of": AT} | given
    )


def population() -> dict[str, HubError]:
    """A row for each job and its neighbours, one of each kind."""
    old = AT - timedelta(days=91)
    return {
        "expired": make.error(created_at=old),
        "in place": make.error(make.URL, created_at=old),
        "exhausted": make.error(make.PEOPLE, retry_count=3),
        "both": make.error(created_at=old, retry_count=3),
        "superseded": make.error(make.URL, disposition="RETRY", retry_count=1),
        "stale": make.error(disposition="PARKED", parked_at=AT - timedelta(days=8)),
        "fresh": make.error(),
    }


COUNTS = {
    ARCHIVE: {make.CT: 2, make.URL: 1},
    PARK: {make.PEOPLE: 1, make.URL: 1},
    ESCALATE: {make.CT: 1},
}


def told(run: JobRun) -> dict[str, dict[str, int]]:
    """Its counts without the zeros."""
    return {
        job: {table: rows for table, rows in tables.items() if rows}
        for job, tables in totals.by_job(run).items()
    }


@pytest.mark.django_db
def test_the_daily_jobs_do_what_their_dry_run_said_once_with_an_event_a_row():
    rows = population()

    dry = daily(is_dry=True)
    untouched = set(HubError.objects.values_list("pk", "version"))
    run = daily()
    again = daily()

    assert untouched == {(row.pk, 1) for row in rows.values()}
    assert (told(dry), told(run)) == (COUNTS, COUNTS)
    assert [sum(tables.values()) for tables in told(again).values()] == [0, 0, 0]
    assert (dry.state, run.state, again.state) == ("done", "done", "done")
    operations = Operation.objects.filter(job_steps__run=run)
    changed = Event.objects.filter(operation_id__in=operations.values("pk"))
    events = Counter(changed.values_list("subject_id", flat=True))
    assert events == {row.pk: 1 for name, row in rows.items() if name != "fresh"}
    assert {event.actor for event in changed} == {f"job-{job}" for job in COUNTS}
    assert {one.gate for one in operations} == {None}


@pytest.mark.django_db
def test_each_row_stands_where_its_job_puts_it():
    rows = population()

    daily()

    archived = ArchivedError.objects.in_bulk()
    both, in_place = archived[rows["both"].pk], archived[rows["in place"].pk]
    assert (both.final_disposition, both.archive_reason) == ("RETRY", "TTL_EXPIRED")
    assert (in_place.final_disposition, in_place.archived_at) == ("ARCHIVED", AT)
    assert archived[rows["superseded"].pk].archive_reason == "SUPERSEDED"
    stale, parked = (HubError.objects.get(pk=rows[name].pk) for name in ("stale", "exhausted"))
    assert (stale.escalation_level, stale.escalated_at) == (3, AT)
    assert (parked.park_reason, parked.parked_at) == ("MAX_RETRIES_EXCEEDED", AT)
    assert (parked.parked_by, parked.escalation_level) == (f"job-{PARK}", 1)


@pytest.mark.django_db
def test_a_job_that_fails_undoes_no_other_and_says_so(monkeypatch):
    population()

    def broken(at):
        return HubError.objects.extra(where=["no_such_column > 1"])

    job = registry.JOBS[PARK]
    part = registry.Part("park_exhausted", broken, job.parts[0].parameters)
    changed = registry.Job(
        PARK, job.label, job.means, (part, job.parts[1]), within="daily", family="governance"
    )
    monkeypatch.setitem(registry.JOBS, PARK, changed)

    run = daily()

    assert run.state == "done_in_part"
    assert "no_such_column" in run.fault
    assert told(run) == COUNTS | {PARK: {make.URL: 1}}


@pytest.mark.django_db
def test_a_row_that_was_unparked_is_parked_again_and_rises_from_the_bottom():
    row = make.error(disposition="PARKED", parked_at=AT - timedelta(days=8), retry_count=3)
    daily()
    runner.run(plans.make("unpark", errors=[row], by=make.triager()))

    daily()

    row.refresh_from_db()
    assert (row.disposition, row.parked_at, row.escalation_level) == ("PARKED", AT, 1)


@pytest.mark.django_db
def test_a_row_that_was_restored_expires_again_and_is_not_stranded():
    row = make.error(created_at=AT - timedelta(days=31))
    for _ in range(2):
        daily()
        archived = ArchivedError.objects.get(pk=row.pk)
        assert not HubError.objects.filter(pk=row.pk).exists()
        runner.run(plans.make("restore", errors=[archived], by=make.superuser()))

    assert told(daily())[ARCHIVE] == {make.CT: 1}


@pytest.mark.django_db
def test_a_second_clean_up_leaves_alone_what_was_just_retried():
    row = make.error(retry_count=2)
    runner.run(plans.make("retry", errors=[row], by=make.triager()))

    run = daily(as_of=timezone.now())

    row.refresh_from_db()
    assert (row.retry_exhausted, row.disposition, told(run)[PARK]) == (True, "RETRY", {})


@pytest.mark.django_db
def test_companies_that_may_go_on_because_an_error_expired_are_noted_until_somebody_looked():
    old = AT - timedelta(days=31)
    free, held = make.promotable(), make.promotable()
    make.error(outreach=free, created_at=old)
    make.error(outreach=held, created_at=old)
    make.error(make.PEOPLE, outreach=held)
    make.error(created_at=old)

    run = daily()

    opened = run.opened_gates.values_list("outreach_id", "opens_outreach", "reviewed_at")
    assert set(opened) == {(free.pk, True, None), (held.pk, False, None)}


@pytest.mark.django_db
def test_a_run_whose_process_died_before_its_operation_began_is_carried_on_first():
    population()
    died = runs.claim("daily", trigger="schedule", started_by="schedule", as_of=AT)
    step = died.steps.first()
    steps._plan(step, registry.JOBS[ARCHIVE].parts[0])

    run = daily()

    died.refresh_from_db()
    assert (died.state, told(died)) == ("done", COUNTS)
    assert [sum(tables.values()) for tables in told(run).values()] == [0, 0, 0]


@pytest.mark.django_db
def test_a_due_moment_has_one_run_and_is_claimed_once():
    due = {"trigger": "schedule", "started_by": "schedule", "due_at": AT}
    run = runs.claim("daily", **due)

    with pytest.raises(IntegrityError, match="one_run_of_a_due_moment"), transaction.atomic():
        runs.claim("daily", **due)

    assert runs.carry_on(run.pk) is True
    assert runs.carry_on(run.pk) is False
    run.refresh_from_db()
    assert run.state == "done"


@pytest.mark.django_db
def test_a_run_of_many_a_day_that_found_nothing_is_idle_and_any_other_is_not():
    def ended(job: str, trigger: str = "schedule", **given) -> JobRun:
        due_at = None if given or trigger != "schedule" else timezone.now()
        run = runs.claim(job, trigger=trigger, started_by="x", due_at=due_at, **given)
        runs.carry_on(run.pk)
        run.refresh_from_db()
        return run

    idle, once_a_day = ended("tidy_up"), ended("daily")
    by_person, dry = ended("tidy_up", "person"), ended("tidy_up", is_dry=True)
    make.scheduled_export(due_since=timezone.now() - timedelta(days=3))
    with_rows = ended("scheduled_exports")

    others = (once_a_day, by_person, dry)
    assert (idle.is_idle, [run.is_idle for run in others]) == (True, [False] * 3)
    assert ([step.rows for step in with_rows.steps.all()], with_rows.is_idle) == ([1], False)
    for wrong in ("state = 'failed'", "due_at = NULL", "is_dry = true", "trigger = 'person'"):
        with (
            pytest.raises(IntegrityError, match="idle_run_is_done"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE governance_jobrun SET {wrong} WHERE id = %s", [idle.pk])


@pytest.mark.django_db
def test_no_job_runs_while_one_of_its_family_does_not_even_from_plain_sql():
    with locks.held("governance"):
        with pytest.raises(JobRefused, match="runs already"):
            runs.run(PARK, trigger="person", started_by="ops")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(governance.jobs_lock('governance'))")
            assert cursor.fetchone() == (False,)

    assert not JobRun.objects.exists()


@pytest.mark.django_db
def test_a_job_that_nobody_knows_is_refused():
    with pytest.raises(JobRefused, match="There is no job sweep"):
        runs.run("sweep", trigger="person", started_by="ops")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_jobrun SET finished_at = now() WHERE id = %s",
        "UPDATE governance_jobrun SET state = 'done' WHERE id = %s",
    ],
)
def test_a_run_has_ended_or_not(statement):
    run = runs.claim("daily", trigger="schedule", started_by="schedule")

    with (
        pytest.raises(IntegrityError, match="job_run_finished_facts_paired"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [run.pk])


@pytest.mark.django_db
def test_work_of_another_kind_is_a_step_with_counts_of_its_own(monkeypatch):
    sweep = registry.Job("sweep", "Sweep", "Sweeps.", work=lambda at: {"files": 3})
    monkeypatch.setitem(registry.JOBS, "sweep", sweep)

    run = runs.run("sweep", trigger="person", started_by="ops")
    dry = runs.run("sweep", trigger="person", started_by="ops", is_dry=True)

    assert (run.state, totals.by_job(run)) == ("done", {"sweep": {"files": 3}})
    assert (dry.state, dry.fault) == ("failed", "JobRefused: Sweep cannot run dry.")
    assert JobStep.objects.filter(operation=None).count() == 2


@pytest.mark.django_db
def test_what_used_up_its_tries_is_parked_after_a_retry_and_what_waits_is_not(
    django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr("governance.services.workers.send", lambda *told, **more: sent.append(told))
    used_up, retried = make.error(retry_count=3), make.error(retry_count=2)
    operation = plans.make("retry", errors=[retried], by=make.triager())
    with django_capture_on_commit_callbacks(execute=True):
        runner.run(operation)

    run = runs.after_retry(operation.pk)

    for row in (used_up, retried):
        row.refresh_from_db()
    assert ("governance.tasks.park_exhausted", operation.pk) in sent
    assert (used_up.disposition, retried.disposition) == ("PARKED", "RETRY")
    assert (run.trigger, run.started_by) == ("retry", f"OP-{operation.pk}")
    assert runs.after_retry(operation.pk) is None
