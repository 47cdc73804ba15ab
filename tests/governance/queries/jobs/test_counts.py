"""Counts of a job come from its plan before, from its events afterwards, and are the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.queries.jobs import counts, selections
from governance.services.jobs import accounts
from governance.services.operations import plans, runner
from tests import make


@pytest.mark.django_db
def test_a_plan_foretells_the_rows_of_each_table_and_level():
    now = timezone.now()
    for table, days in ((make.CT, 3), (make.CT, 8), (make.DOL, 8)):
        make.error(table, disposition="PARKED", parked_at=now - timedelta(days=days))
    operation = plans.make(
        "escalate_stale",
        rows=selections.stale(now),
        by=accounts.of("daily"),
        scope="job",
        as_of=now,
        note="parked too long",
    )

    foretold = counts.planned(operation)
    runner.run(operation)

    assert foretold == counts.changed(operation)
    assert foretold == (
        {make.CT: 2, make.DOL: 1},
        {make.CT: {"2": 1, "3": 1}, make.DOL: {"3": 1}},
    )
