"""Jobs are data: named once, run in order, in families."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from governance.models import ArchivedError, Schedule, ViolationCase
from governance.queries.jobs import totals
from governance.services.jobs import registry, runs
from tests import ledgers, make


def test_jobs_have_names_of_their_own():
    with pytest.raises(ValueError, match="a job “daily” already"):
        registry.register(registry.Job("daily", "Another", "Does otherwise."))


def test_an_app_that_is_made_ready_twice_does_no_harm():
    before = dict(registry.JOBS)

    for app in ("governance", "enrichment"):
        apps.get_app_config(app).keep_house()

    assert before == registry.JOBS


@pytest.mark.django_db
def test_what_is_scheduled_is_registered_and_every_job_can_be_run_dry():
    scheduled = set(Schedule.objects.in_force().values_list("job", flat=True))
    alone = {job.name for job in registry.JOBS.values() if not job.within}

    assert scheduled == alone - {registry.BACKFILL}
    working = [job for job in registry.JOBS.values() if job.work]
    assert [job.name for job in working if job.forecast is None] == []


def test_the_daily_job_runs_the_three_of_the_seed_in_its_order():
    assert [job.name for job in registry.steps_of("daily")] == [
        "archive_expired_errors",
        "auto_park_exhausted_retries",
        "escalate_stale_parked_errors",
    ]
    assert [job.name for job in registry.steps_of("escalate_stale_parked_errors")] == [
        "escalate_stale_parked_errors"
    ]


def test_what_deletes_for_good_is_known_before_it_runs():
    assert [name for name in registry.JOBS if registry.deletes(name)] == [
        "weekly",
        registry.CLEAN_UP,
    ]


def test_what_rows_of_a_part_became_is_said_so_that_no_two_are_alike():
    for job in registry.JOBS.values():
        said = [registry.became(job.name, part.verb, n) for n, part in enumerate(job.parts)]
        assert len(set(said)) == len(said)
    assert registry.became("backfill", "set_ttl", 1) == "given a short TTL"
    assert registry.became("backfill", "set_ttl", 9) == "given a new TTL"
    assert (registry.became("gone", "park", 0), registry.became("gone", "went", 0)) == (
        "parked",
        "went",
    )


def test_jobs_of_one_family_have_one_lock_and_others_their_own():
    assert {job.lock for job in registry.steps_of("daily")} == {"governance"}
    assert registry.Job("sweep", "Sweep", "Sweeps.").lock == "sweep"


def test_a_job_that_is_gone_is_called_by_its_name():
    assert registry.label_of("daily") == "Daily governance"
    assert registry.label_of("sweep") == "sweep"


@pytest.mark.django_db
def test_the_weekly_job_deletes_what_is_past_its_retention_as_its_dry_run_said():
    now = timezone.now()
    make.archived(retention_expires_at=now - timedelta(seconds=1))
    kept = make.archived(retention_expires_at=now + timedelta(days=1))

    dry, first, second = (
        runs.run("weekly", trigger="command", started_by="root", as_of=now, is_dry=is_dry)
        for is_dry in (True, False, False)
    )

    assert totals.by_job(dry) == totals.by_job(first)
    assert totals.by_job(first)[registry.CLEAN_UP][make.CT] == 1
    assert set(totals.by_job(second)[registry.CLEAN_UP].values()) == {0}
    assert first.steps.get().operation.requester.username == "job-cleanup_expired_archives"
    assert second.steps.get().operation is None
    assert (first.state, first.fault) == ("done", "")
    assert list(ArchivedError.objects.all()) == [kept]


@pytest.mark.django_db
def test_the_audit_of_calls_records_what_its_dry_run_said():
    now = timezone.now()
    ledgers.call(tier=2, passed=False, reserved_at=now - timedelta(hours=1))

    dry, first, second = (
        runs.run("canon_audit", trigger="command", started_by="root", as_of=now, is_dry=is_dry)
        for is_dry in (True, False, False)
    )

    assert totals.by_job(dry) == totals.by_job(first)
    assert totals.by_job(first)["canon_audit"]["V-SCOPE-002"] == 1
    assert set(totals.by_job(second)["canon_audit"].values()) == {0}
    assert ViolationCase.objects.get().code == "V-SCOPE-002"
