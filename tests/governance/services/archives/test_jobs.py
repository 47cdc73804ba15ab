"""The weekly job runs the clean-up of archives: dry, for real, and again with nothing left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import ArchivedError, JobRun, Operation, PurgeManifest
from governance.services.archives import jobs
from governance.services.jobs import registry, runs
from tests import make
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
AT = timezone.now()


def weekly(**given) -> JobRun:
    wanted = {"trigger": JobRun.Trigger.COMMAND, "started_by": "root", "as_of": AT}
    return runs.run("weekly", **wanted | given)


def counts(run: JobRun) -> dict[str, int]:
    return run.steps.get(job=jobs.NAME).counts


def test_the_weekly_job_deletes_what_its_dry_run_says_and_then_nothing():
    over = AT - timedelta(days=1)
    make.archived(retention_expires_at=over)
    make.archived(make.DOL, retention_expires_at=over)
    kept = held(retention_expires_at=over)

    dry = weekly(is_dry=True)
    assert ArchivedError.objects.count() == 3
    real, again = weekly(), weekly()

    assert counts(dry) == counts(real) == {make.CT: 1, make.DOL: 1}
    assert counts(again) == {}
    assert list(ArchivedError.objects.all()) == [kept]
    operation = Operation.objects.get(verb="purge")
    assert operation.requester.username == f"job-{jobs.NAME}"
    assert set(PurgeManifest.objects.values_list("operation_id", flat=True)) == {operation.pk}


def test_it_is_a_step_of_the_weekly_job_and_never_runs_beside_the_daily_one():
    (step,) = registry.steps_of(registry.WEEKLY)

    assert step.name == jobs.NAME
    assert step.lock == registry.JOBS[registry.DAILY].lock
