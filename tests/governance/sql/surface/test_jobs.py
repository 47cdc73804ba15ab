"""shq's jobs: the console's selections, changed by plain SQL and recorded like any run."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import (
    ArchivedError,
    ErrorTable,
    Event,
    HubError,
    JobRun,
    OpenedGate,
)
from tests import make
from tests.governance.sql.surface import sessions
from tests.governance.sql.surface.asked import rows, value

pytestmark = pytest.mark.django_db
RUN = "SELECT * FROM shq.fn_run_error_governance_jobs()"
LONG_AGO = timezone.now() - timedelta(days=40)
NAMES = ["archive_expired_errors", "auto_park_exhausted_retries", "escalate_stale_parked_errors"]


def an_error_for_each_job() -> tuple[HubError, HubError, HubError]:
    """One that has expired, one that is exhausted, one that is parked for three days."""
    parked = make.error(
        make.DOL, disposition="PARKED", parked_at=timezone.now() - timedelta(days=3)
    )
    return (
        make.error(make.CT, created_at=LONG_AGO),
        make.error(make.CT, retry_count=3),
        parked,
    )


def test_the_daily_three_run_in_their_order_and_are_stored():
    expired, exhausted, parked = an_error_for_each_job()

    found = rows(RUN)

    assert [name for name, _ in found] == NAMES
    assert value("SELECT count(*) FROM shq.vw_error_governance_summary") == 2
    assert ArchivedError.objects.get(pk=expired.pk).archive_reason == "TTL_EXPIRED"
    exhausted.refresh_from_db()
    assert (exhausted.disposition, exhausted.park_reason) == ("PARKED", "MAX_RETRIES_EXCEEDED")
    assert (exhausted.parked_by, exhausted.escalation_level) == ("outreach_app", 1)
    parked.refresh_from_db()
    assert parked.escalation_level == 2
    run = JobRun.objects.get()
    assert (run.job, run.state, run.started_by) == ("daily", "done", "outreach_app")
    assert [step.rows for step in run.steps.all()] == [1, 1, 1]
    actions = Event.objects.filter(subject_id=expired.pk).order_by("id")
    assert [one.action for one in actions] == ["CREATE", "ARCHIVE"]


def test_each_job_answers_with_a_line_for_each_table():
    an_error_for_each_job()

    archived = dict(rows("SELECT * FROM shq.fn_archive_expired_errors()"))
    parked = dict(rows("SELECT * FROM shq.fn_auto_park_exhausted_retries()"))
    escalated = rows("SELECT * FROM shq.fn_escalate_stale_parked_errors()")

    assert (len(archived), archived[make.CT], archived[make.DOL]) == (5, 1, 0)
    assert (parked[make.CT], parked[make.URL]) == (1, 0)
    assert (make.DOL, 0, 1, 0) in escalated
    assert JobRun.objects.count() == 3


def test_a_second_run_finds_nothing_left():
    an_error_for_each_job()
    rows(RUN)

    again = [summary for (summary,) in rows(f"SELECT result_summary ->> 'rows' FROM ({RUN}) r")]

    assert again == ["0", "0", "0"]


def test_what_knows_no_parking_is_superseded():
    error = make.error(make.URL, disposition="RETRY", retry_count=1)

    rows("SELECT * FROM shq.fn_auto_park_exhausted_retries()")

    kept = ArchivedError.objects.get(pk=error.pk)
    assert (kept.archive_reason, kept.final_disposition) == ("SUPERSEDED", "RETRY")


def test_a_step_that_fails_says_so_and_undoes_no_other(owner_cursor):
    an_error_for_each_job()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT tests.run('CREATE OR REPLACE FUNCTION governance.park_exhausted_by_sql(at timestamptz)
                RETURNS TABLE (source_table text, parked_count bigint) LANGUAGE plpgsql AS
                $f$ BEGIN RAISE EXCEPTION ''out of order''; END $f$')"""
        )

    states = dict(rows(f"SELECT job_name, result_summary ->> 'state' FROM ({RUN}) r"))

    assert list(states.values()) == ["done", "failed", "done"]
    run = JobRun.objects.get()
    assert (run.state, run.fault) == ("done_in_part", "out of order")
    assert ArchivedError.objects.count() == 1


def test_companies_that_expiry_lets_go_on_are_listed_for_review():
    company, held = make.promotable(), make.promotable()
    make.error(make.DOL, outreach=company, created_at=LONG_AGO)
    for created in (LONG_AGO, timezone.now()):
        make.error(make.DOL, outreach=held, created_at=created)

    rows(RUN)

    gate = OpenedGate.objects.get()
    assert (gate.outreach_id, gate.opens_outreach, gate.reviewed_at) == (company.pk, True, None)


def test_archives_past_their_retention_go_where_somebody_agreed():
    gone = make.archived(make.DOL, archived_at=timezone.now() - timedelta(days=800))
    make.archived(make.DOL)

    found = dict(rows("SELECT * FROM shq.fn_cleanup_expired_archives()"))

    assert found["outreach.dol_errors_archive"] == 1
    assert set(found) == set(ErrorTable.objects.values_list("archive_name", flat=True))
    assert not ArchivedError.objects.filter(pk=gone.pk).exists()


def test_a_pipeline_starts_them_and_a_visitor_does_not(db):
    with sessions.session() as on:
        on.become(sessions.WORKER)
        assert [name for name, _ in on.rows(RUN)] == NAMES
        on.become(sessions.VISITOR)
        assert "permission denied" in on.refused(RUN)
        assert "permission denied" in on.refused("SELECT shq.fn_cleanup_expired_archives()")


def test_they_never_run_beside_each_other(owner_cursor):
    owner_cursor.execute("SELECT pg_advisory_xact_lock(governance.jobs_lock('governance'))")

    with sessions.session() as on:
        on.become(sessions.WORKER)
        assert "the governance jobs run already" in on.refused(RUN)
