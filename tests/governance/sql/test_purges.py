"""The clean-up of archives, as the console's job and from SQL: the same rows by one statement, listed in manifests."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.exceptions import JobRefused
from governance.models import (
    ArchivedError,
    ErrorTable,
    Event,
    JobRun,
    Operation,
    PurgeConsent,
    PurgeManifest,
)
from governance.queries.jobs import totals
from governance.services.archives import accounts
from governance.services.jobs import registry, runs
from governance.services.operations import plans, runner
from tests import make, owner
from tests.governance import facts
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, tzinfo=UTC)
FAILING = """CREATE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this table fails'; END $$"""
ON_DOL = f"""CREATE TRIGGER z_fails BEFORE DELETE ON governance_archivederror
    FOR EACH ROW WHEN (OLD.error_table = '{make.DOL}') EXECUTE FUNCTION public.fails()"""


def archived(table: str = make.CT, *, days: int = 0, **given):
    """An archived row that may go `days` after the moment."""
    return make.archived(table, retention_expires_at=AT + timedelta(days=days), **given)


def by_job(*, is_dry: bool = False) -> JobRun:
    """Run the clean-up as the console's job does."""
    return runs.run(
        registry.CLEAN_UP, trigger="command", started_by="root", as_of=AT, is_dry=is_dry
    )


def by_sql() -> dict[str, tuple[int, str | None]]:
    """Run it as the seed's function does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM governance.purge_archives(%s)", [AT])
        return {table: (deleted, failure) for table, deleted, failure in cursor.fetchall()}


def deleted_by(run: JobRun) -> dict[str, int]:
    counted = totals.by_job(run)[registry.CLEAN_UP]
    return {table: rows for table, rows in counted.items() if rows}


def test_the_job_deletes_what_is_past_its_retention_and_a_manifest_lists_it():
    gone = [archived(), archived(days=-1), archived(make.DOL)]
    stays = archived(days=1)

    dry, done = by_job(is_dry=True), by_job()

    assert list(ArchivedError.objects.all()) == [stays]
    assert deleted_by(done) == deleted_by(dry) == {make.CT: 2, make.DOL: 1}
    operation = done.steps.get().operation
    assert operation.applied == 3
    listed = PurgeManifest.objects.get(error_table=make.CT)
    text = ",".join(sorted(f"{row.pk}:{row.version}" for row in gone[:2]))
    assert listed.digest == hashlib.sha256(text.encode()).hexdigest()
    assert set(listed.ids) == {row.pk for row in gone[:2]}
    assert (listed.rows, listed.operation_id, listed.run_id) == (2, operation.pk, None)
    assert (listed.place, listed.actor) == ("archive", operation.requester.username)
    assert accounts.reconcile().differing == {}


def test_a_step_leads_to_its_operation_which_lists_what_a_hold_keeps():
    gone, kept = archived(), held(retention_expires_at=AT)

    operation = by_job().steps.get().operation

    assert facts.outcomes(operation) == {
        gone.pk: ("applied", None),
        kept.pk: ("skipped", "under legal hold"),
    }
    assert list(ArchivedError.objects.all()) == [kept]


def test_where_nothing_may_go_there_is_no_operation():
    held(retention_expires_at=AT)
    archived(days=1)
    archived(make.DOL)
    ErrorTable.objects.filter(name=make.DOL).update(retention=timedelta(days=10))

    done = by_job()

    assert (done.state, done.steps.get().operation, deleted_by(done)) == ("done", None, {})
    assert not Operation.objects.exists()
    assert ArchivedError.objects.count() == 3


def test_what_changes_after_the_plan_keeps_its_row():
    of_hold, of_consent, other = archived(), archived(make.DOL), archived()
    operation = plans.make(
        "purge", errors=[of_hold, of_consent, other], by=make.manager(), at=AT, as_of=AT
    )

    ArchivedError.objects.filter(pk=of_hold.pk).update(
        held_at=AT, held_by="counsel", hold_reason="Matter 17"
    )
    PurgeConsent.objects.filter(error_table=make.DOL).update(voided_at=AT, voided_by="somebody")
    runner.run(operation)

    assert facts.outcomes(operation) == {
        of_hold.pk: ("skipped", "changed since plan"),
        of_consent.pk: ("skipped", "changed since plan"),
        other.pk: ("applied", None),
    }


def test_sql_deletes_exactly_what_the_console_would_and_says_by_which_run():
    archived()
    archived(days=1)
    archived(make.PEOPLE)
    held(retention_expires_at=AT)
    ErrorTable.objects.filter(name=make.PEOPLE).update(retention=timedelta(days=10))
    foreseen = deleted_by(by_job(is_dry=True))

    deleted = {table: rows for table, (rows, _) in by_sql().items() if rows}

    assert deleted == foreseen == {make.CT: 1}
    assert ArchivedError.objects.count() == 3
    run = JobRun.objects.latest("pk")
    assert (run.job, run.state, run.trigger) == ("weekly", "done", "command")
    assert deleted_by(run) == deleted
    listed, event = PurgeManifest.objects.get(), Event.objects.get(action="PURGE")
    assert (listed.rows, listed.operation_id, listed.run_id) == (1, None, run.pk)
    assert (event.reason, event.is_outside) == (f"JR-{run.pk}, weekly", True)
    assert event.before["error_table"] == make.CT


def test_a_table_that_fails_undoes_no_other_and_the_run_says_why():
    archived(make.DOL)
    archived(make.LOG)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    owner.runs(FAILING)
    owner.runs(ON_DOL)

    found = by_sql()

    assert found[make.DOL] == (0, "this table fails")
    assert found[make.LOG] == (1, None)
    assert set(found) == set(ErrorTable.objects.values_list("name", flat=True))
    assert ArchivedError.objects.get().error_table_id == make.DOL
    run = JobRun.objects.latest("pk")
    assert (run.state, run.fault) == ("done_in_part", f"{make.DOL}: this table fails")
    assert deleted_by(run) == {make.LOG: 1}


def test_a_run_that_has_ended_or_is_of_another_names_nothing():
    by_sql()
    run, row = JobRun.objects.latest("pk"), archived()

    for told in (str(run.pk), "0", "x", "9" * 40, ""):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('outreach.run', %s, true)", [told])
            cursor.execute("SELECT governance.run_under_way()")
            assert cursor.fetchone() == (None,)
    row.delete()

    assert Event.objects.get(action="PURGE").reason is None
    assert PurgeManifest.objects.get().run_id is None


def test_a_row_whose_time_ends_within_the_millisecond_waits_for_the_next_run():
    made = make.archived(retention_expires_at=AT + timedelta(microseconds=1500))
    moment = AT + timedelta(microseconds=1700)

    run = runs.run(registry.CLEAN_UP, trigger="command", started_by="root", as_of=moment)

    assert (run.state, ArchivedError.objects.get()) == ("done", made)
    assert timezone.now() > moment


def test_nothing_goes_ahead_of_the_clock_whoever_tells_a_later_moment():
    made = make.archived(retention_expires_at=timezone.now() + timedelta(days=1))
    later = timezone.now() + timedelta(days=2)

    dry = runs.run("weekly", trigger="command", started_by="root", as_of=later, is_dry=True)
    for job in ("weekly", registry.CLEAN_UP):
        with pytest.raises(JobRefused, match="deletes for good, and never ahead of the clock"):
            runs.run(job, trigger="command", started_by="root", as_of=later)
    told = [[made.pk], [made.version], later]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM governance.purge(%s, %s, %s)", told)
        assert cursor.fetchone() == (0,)
    with (
        pytest.raises(DatabaseError, match="not deleted ahead of the clock"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT governance.purge_archives(%s)", [later])

    assert deleted_by(dry) == {make.CT: 1}
    assert list(ArchivedError.objects.all()) == [made]
    assert list(JobRun.objects.all()) == [dry]


def test_a_job_for_a_moment_long_ago_keeps_what_it_archives_for_its_whole_time():
    began, long_ago = timezone.now(), timezone.now() - timedelta(days=900)
    make.error(created_at=long_ago - timedelta(days=90))

    runs.run("daily", trigger="command", started_by="root", as_of=long_ago)

    kept = ArchivedError.objects.get()
    assert (kept.archived_at, kept.retention_expires_at > began) == (long_ago, True)
    assert deleted_by(runs.run("weekly", trigger="command", started_by="root")) == {}
