"""Rows of a file that wait to be imported, as they will be."""

import io

import pytest

from governance.models import HubError
from governance.queries.operations import outcomes
from governance.resources import errors
from governance.services.files import imports
from governance.services.operations import runner
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager():
    return make.triager()


def test_the_approver_sees_rows_that_are_not_there_yet(triager):
    company = make.company()
    raw = f"error_table,code,outreach_id,domain,disposition\n{make.DOL},NO_MATCH,{company.outreach_id},a.example,RETRY\n{make.DOL},NO_MATCH,,b.example,\n"
    operation = imports.plan(
        errors.check(io.BytesIO(raw.encode()), name="x.csv", by=triager), by=triager
    )

    sample = {one.row.domain: one for one in outcomes.sample(operation)}

    assert {domain: (one.now, one.then) for domain, one in sample.items()} == {
        "a.example": ("new", "RETRY"),
        "b.example": ("new", "by policy"),
    }
    assert sample["a.example"].row.outreach.company == company
    runner.run(operation)
    assert {
        row.pk
        for row in outcomes.rows_of(operation, [one.row.pk for one in sample.values()]).values()
    } == set(HubError.objects.values_list("pk", flat=True))
