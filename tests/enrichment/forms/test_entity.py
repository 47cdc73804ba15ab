"""What the buttons of an entity's page send."""

import pytest

from enrichment.forms.entity import RunForm

ASKED = {"entity_type": "company", "key": "ironclad.com", "workflow": "funding"}


@pytest.mark.parametrize("name", ASKED)
def test_a_request_names_workflow_and_entity(name):
    assert RunForm(ASKED).is_valid()
    assert not RunForm(ASKED | {name: ""}).is_valid()
    assert not RunForm(ASKED | {name: "\0"}).is_valid()
