"""Runs, with what they are shown with."""

from uuid import uuid4

import pytest

from enrichment.queries import runs
from tests import make
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def test_a_run_is_found_with_its_workflow_in_one_query(django_assert_num_queries):
    run = make.run(by=make.triager())

    with reading(), django_assert_num_queries(1):
        found = runs.find(run.pk)
        assert (found.workflow, found.by) == (run.workflow, run.by)

    assert runs.find(uuid4()) is None
