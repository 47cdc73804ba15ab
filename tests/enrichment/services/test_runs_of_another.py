"""What is told of one run under the id of another."""

import pytest

from enrichment.models import Workflow
from enrichment.services import runs
from enrichment.services.accounts import Origin, Result
from governance.exceptions import StateRefused
from tests import make

pytestmark = pytest.mark.django_db
FOUND = Result(status="completed", records_out=3)


@pytest.fixture
def by():
    return make.triager()


@pytest.fixture
def origin():
    workflow = make.workflow(workflow_name="company_discovery")
    return Origin(workflow=workflow.workflow_name, entity="ironclad.com")


@pytest.fixture
def run(origin, by):
    return runs.open(origin, by=by).run


@pytest.mark.parametrize(
    "other",
    [
        Origin(workflow="company_discovery", entity="other.com"),
        Origin(workflow="company_news", entity="ironclad.com"),
    ],
)
def test_neither_sign_of_life_nor_result_of_another_entity_or_workflow_is_taken(run, other, by):
    make.workflow(workflow_name="company_news")

    with pytest.raises(StateRefused, match=r"one of “company_discovery” for ironclad\.com"):
        runs.beat(run.pk, by=by, origin=other)
    with pytest.raises(StateRefused, match=r"one of “company_discovery” for ironclad\.com"):
        runs.close(run.pk, FOUND, by=by, origin=other)

    run.refresh_from_db()
    assert (run.status, run.records_out) == ("running", None)


def test_another_spelling_and_an_earlier_name_are_the_same_run(run, origin, by):
    Workflow.objects.update(workflow_name="companies", is_active=False)
    spelt = Origin(workflow=origin.workflow, entity="https://www.Ironclad.com:443/%61bout")

    runs.beat(run.pk, by=by, origin=spelt)
    answer = runs.close(run.pk, FOUND, by=by, origin=spelt)

    assert (answer.outcome, answer.run.status) == ("closed", "completed")
