"""What jobs do to errors: done, refused, audited, undone, and planned by no person."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.exceptions import NotPermitted
from governance.models import ArchivedError, HubError
from governance.services.jobs import accounts
from governance.services.operations import plans, runner, undos
from governance.verbs import jobs, registry
from tests import make
from tests.governance.verbs.promises import Case, EveryVerb


def account():
    """The account of a job."""
    return accounts.of("daily")


def parked_for(age: timedelta, **given):
    """An error that was parked so long ago."""
    return {"disposition": "PARKED", "parked_at": timezone.now() - age} | given


class TestVerbsOfJobs(EveryVerb):
    cases = (
        Case(
            "archive_expired",
            asked={"reason": "TTL_EXPIRED"},
            before={"table": make.URL},
            after={"archive_reason": "TTL_EXPIRED", "final_disposition": "ARCHIVED"},
            refused={"table": make.LOG},
            because="its error table does not allow ARCHIVED",
            becomes=ArchivedError,
            who=account,
        ),
        Case(
            "park_exhausted",
            asked={"reason": "MAX_RETRIES_EXCEEDED"},
            before={"retry_count": 3},
            after={"disposition": "PARKED", "escalation_level": 1},
            refused={"retry_count": 2},
            because="its retries are not exhausted",
            who=account,
        ),
        Case(
            "escalate_stale",
            asked={"note": "parked too long"},
            before=parked_for(timedelta(days=3)),
            after={"escalation_level": 2},
            refused={},
            because="not parked",
            who=account,
        ),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("person", [make.manager, make.superuser])
def test_no_person_plans_what_jobs_do(person):
    with pytest.raises(NotPermitted):
        plans.make("archive_expired", errors=[make.error()], by=person(), reason="TTL_EXPIRED")


@pytest.mark.django_db
def test_people_who_archive_may_take_back_what_a_job_archived():
    row = make.error(make.URL)
    operation = plans.make(
        "archive_expired", errors=[row], by=account(), reason="TTL_EXPIRED", scope="job"
    )
    runner.run(operation)

    runner.run(undos.plan(operation, by=make.triager()))

    assert HubError.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("exhausted", [True, False])
@pytest.mark.parametrize(
    ("age", "level"),
    [
        (timedelta(hours=24), 0),
        (timedelta(hours=24, microseconds=1), 1),
        (timedelta(hours=48), 1),
        (timedelta(hours=48, microseconds=1), 2),
        (timedelta(days=7), 2),
        (timedelta(days=7, microseconds=1), 3),
    ],
)
def test_the_level_due_is_the_one_that_the_database_says(age, level, exhausted):
    at = timezone.now()

    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.level_asked(%s, %s, %s)", [at - age, exhausted, at])
        (said,) = cursor.fetchone()

    assert said == jobs.level_asked(at - age, exhausted, at=at) == max(level, int(exhausted))


def test_what_jobs_do_meets_the_policies_of_what_people_do_wherever_it_is_no_job():
    said = {name: registry.governed_as(name, is_undo=False) for name in ("archive_expired", "park")}

    assert said == {"archive_expired": {"archive_expired", "archive"}, "park": {"park"}}
