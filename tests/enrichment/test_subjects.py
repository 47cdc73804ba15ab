"""What operations can act on in enrichment."""

from enrichment.models import Workflow
from governance import subjects


def test_workflows_are_a_subject_with_a_list():
    found = subjects.named("workflow")

    assert found.model is Workflow
    assert found.called(2) == "workflows"
    assert found.list_address("intent=should") == "/enrichment/workflows/?intent=should"
    assert found.resolve("table").nouns == "workflows"
