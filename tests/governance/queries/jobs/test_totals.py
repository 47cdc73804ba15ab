"""What a run came to is told by job and error table."""

import pytest

from governance.models import ErrorTable
from governance.queries.jobs import totals
from governance.services.jobs import runs
from tests import make


@pytest.mark.django_db
def test_a_job_has_every_table_and_its_parts_are_one():
    run = runs.claim("auto_park_exhausted_retries", trigger="schedule", started_by="schedule")
    for step, counts in zip(
        run.steps.all(), ({make.CT: 2}, {make.CT: 1, make.URL: 4}), strict=True
    ):
        step.counts = counts
        step.save()

    assert totals.by_job(run) == {
        "auto_park_exhausted_retries": dict.fromkeys(
            ErrorTable.objects.values_list("name", flat=True), 0
        )
        | {make.CT: 3, make.URL: 4}
    }
