"""What the buttons of an entity's page send."""

import pytest

from enrichment.forms.entity import CancelForm, RunForm

ASKED = {"entity_type": "company", "key": "ironclad.com", "workflow": "funding"}


@pytest.mark.parametrize("name", ASKED)
def test_a_request_names_workflow_and_entity(name):
    assert RunForm(ASKED).is_valid()
    assert not RunForm(ASKED | {name: ""}).is_valid()
    assert not RunForm(ASKED | {name: "\0"}).is_valid()


@pytest.mark.parametrize("key", ["", "x", "1" * 5_000])
def test_a_run_is_cancelled_by_its_id(key):
    assert not CancelForm({"run": key}).is_valid()
