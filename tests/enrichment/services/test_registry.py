"""Making entries of the registry."""

import pytest

from enrichment.exceptions import RegistryRefused
from enrichment.models import Workflow
from enrichment.services import registry
from governance.exceptions import NotPermitted
from governance.models import Event
from tests import make

pytestmark = pytest.mark.django_db
FLOWS = [
    ("raw", "raw.clay_news", ["company_domain"]),
    ("extracted", "extracted.news", ["domain"]),
    ("extracted", "extracted.news_author", ["domain", "name"]),
]


def register(**given):
    wanted = {
        "workflow_name": "company_news",
        "key_type": "company",
        "flows": FLOWS,
        "by": make.triager(),
    }
    return registry.register(**wanted | given)


def test_a_workflow_is_made_with_its_flows_names_and_the_columns_of_the_seed():
    made = register(aliases=["company-news"], intent="should", provider="clay")

    assert (made.raw_table, made.extracted_table) == ("raw.clay_news", "extracted.news")
    assert (made.core_table, made.key_column, made.coalesces_to_core) == (None, "domain", True)
    flows = [(one.table_name, one.key_columns, one.is_primary) for one in made.flows.all()]
    assert flows == [
        ("raw.clay_news", ["company_domain"], True),
        ("extracted.news", ["domain"], True),
        ("extracted.news_author", ["domain", "name"], False),
    ]
    assert [one.alias for one in made.aliases.all()] == ["company-news"]


def test_who_registered_it_stands_in_the_history():
    by = make.triager()

    register(by=by)

    event = Event.objects.filter(subject_type="enrichment.workflow").earliest("id")
    assert (event.actor, event.action) == (by.username, "REGISTER")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"workflow_name": "Company News"}, 422),
        ({"workflow_name": ""}, 422),
        ({"key_type": "planet"}, 422),
        ({"intent": "perhaps"}, 422),
        ({"flows": [("core", "x" * 300, [])]}, 422),
        ({"flows": [FLOWS[0], FLOWS[0]]}, 409),
        ({"aliases": ["No Alias"]}, 422),
        ({"aliases": ["taken"]}, 409),
        ({"aliases": ["once"]}, 409),
        ({"workflow_name": "taken"}, 409),
        ({"workflow_name": "once"}, 409),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(given, status):
    make.workflow(workflow_name="taken").aliases.create(alias="once")

    with pytest.raises(RegistryRefused) as refused:
        register(**given)

    assert refused.value.status == status
    assert [one.workflow_name for one in Workflow.objects.all()] == ["taken"]


def test_who_may_not_register_is_told_so():
    with pytest.raises(NotPermitted):
        register(by=make.viewer())
