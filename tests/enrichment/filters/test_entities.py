"""What companies and people can be filtered by."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from enrichment.filters.entities import EntityFilter, searched
from enrichment.models import Entity
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db
STATES = ("completed", "running", "pending", "failed", "stale")


def kept(query: str) -> set[str]:
    found = EntityFilter(QueryDict(query), Entity.objects.all())
    return {one.entity_key.removesuffix(".example") for one in found.qs}


@pytest.fixture
def workflow():
    """A company in each state with it, one that it never ran for, one person."""
    found = make.workflow(workflow_name="news", fresh_days=7)
    for state in STATES:
        make.run(state, workflow=found, entity_key=f"{state}.example")
    make.entity("never.example")
    make.entity("linkedin.com/in/somebody", "person")
    return found


def test_each_state_keeps_exactly_its_entities(workflow):
    for state in STATES:
        assert kept(f"workflow=news&state={state}") == {state}

    assert kept("workflow=news&state=not_run") == {"never"}
    assert kept("workflow=news&state=not_run&state=stale") == {"never", "stale"}
    assert kept("workflow=news&state=failed&state=stale") == {"failed", "stale"}


def test_a_workflow_is_about_its_type_alone_and_has_earlier_names(workflow):
    workflow.aliases.create(alias="old_news")

    assert kept("workflow=news") == {*STATES, "never"}
    assert kept("workflow=old_news&state=failed") == {"failed"}
    assert kept("workflow=news&type=person") == set()
    assert kept("type=person") == {"linkedin.com/in/somebody"}


def test_fresh_and_past_freshness_are_told_apart(workflow):
    long_ago = timezone.now() - timedelta(days=8)
    make.run(workflow=workflow, entity_key="aged.example", ran_at=long_ago, completed_at=long_ago)

    assert kept("workflow=news&freshness=past") == {"aged"}
    assert kept("workflow=news&freshness=fresh") == {"completed"}


def test_gaps_are_those_of_the_workflow_or_of_any_active_one(workflow):
    lacks = {"records_in_extracted": 2, "records_in_core": 0}
    make.run(workflow=workflow, entity_key="here.example", **lacks)
    make.run(workflow=make.workflow(), entity_key="there.example", **lacks)
    make.run(workflow=make.workflow(intent="by_design_not"), entity_key="meant.example", **lacks)
    make.run(workflow=make.workflow(is_active=False), entity_key="off.example", **lacks)

    assert kept("workflow=news&gap=true") == {"here"}
    assert kept("gap=true") == {"here", "there"}
    assert {"meant", "off", "never"} <= kept("gap=false")
    assert kept("gap=false&gap=true") == kept("")


def test_text_is_looked_for_in_key_and_name_and_an_address_stands_for_its_key():
    make.entity("ironclad.example", name="Iron & Clad")
    make.entity("other.example", name="50% off_er")
    make.entity("linkedin.com/in/janedoe", "person", in_warehouse=True)

    assert kept("q=ronclad") == {"ironclad"}
    assert kept("q=https://WWW.Ironclad.example/about") == {"ironclad"}
    assert kept("q=iron %26") == {"ironclad"}
    assert kept("q=0%25 o") == {"other"}
    assert kept("q=https://de.linkedin.com/in/JaneDoe?x=1") == {"linkedin.com/in/janedoe"}
    assert kept("in_warehouse=true") == {"linkedin.com/in/janedoe"}
    assert searched("No Key") == "no key"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("workflow=nobody", "There is no such workflow"),
        ("state=failed", "needs a “workflow”"),
        ("freshness=past", "needs a “workflow”"),
        ("workflow=news&state=asleep", "state"),
        ("type=planet", "type"),
        ("workflow=news&workflow=old", "takes one value"),
        ("q=ab", "at least 3"),
        ("workflow=%00", "character"),
        ("colour=red", "Unknown filter"),
    ],
)
def test_what_means_nothing_is_refused(workflow, query, sentence):
    with pytest.raises(BadRequest, match=sentence):
        kept(query)
