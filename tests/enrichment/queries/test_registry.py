"""Workflows by the names that people and programs give them."""

import pytest

from enrichment.models import WorkflowAlias
from enrichment.queries import registry
from tests import make
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def test_a_workflow_answers_to_its_name_and_to_former_ones():
    workflow = make.workflow(workflow_name="company_discovery")
    WorkflowAlias.objects.create(alias="discover", workflow=workflow)

    with reading():
        assert registry.resolve("company_discovery") == registry.resolve("discover") == workflow


def test_an_unknown_name_is_refused_with_those_like_it():
    make.workflow(workflow_name="company_discovery")

    with reading(), pytest.raises(registry.UnknownWorkflow) as refused:
        registry.resolve("company_discvery")

    assert refused.value.status == 404
    assert refused.value.what_to_do == "Did you mean “company_discovery”?"
    assert refused.value.members == {"near": ["company_discovery"]}


@pytest.mark.parametrize("name", ["", "x\0y", "\ud800", "Robert'); DROP TABLE", "x" * 100_000])
def test_what_can_be_no_name_is_unknown(name):
    with pytest.raises(registry.UnknownWorkflow):
        registry.resolve(name)


def test_an_inactive_workflow_says_so():
    workflow = make.workflow(is_active=False)

    with reading(), pytest.raises(registry.InactiveWorkflow) as refused:
        registry.resolve(workflow.workflow_name)

    assert refused.value.status == 409
    assert registry.find(workflow.workflow_name) == workflow
