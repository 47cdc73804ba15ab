"""What the search box finds of companies and people that were enriched."""

import pytest
from django.db import connection

from enrichment.models import EntityType
from enrichment.queries.entity import search
from outreach_admin.lists.search import kinds_for
from tests import make, owner

pytestmark = pytest.mark.django_db
PAGE = "/enrichment/entities/company/ironclad.com/"


@pytest.fixture
def known():
    person = make.workflow(key_type="person")
    make.run(entity_key="ironclad.com")
    make.run(entity_key="ironworks.example")
    make.run(workflow=person, entity_key="linkedin.com/in/irongate")


@pytest.mark.parametrize("text", ["ironclad.com", "https://www.Ironclad.com/about"])
def test_one_is_opened_by_its_key_in_any_spelling(known, text):
    assert search.exact(text, make.viewer()) == PAGE


@pytest.mark.parametrize("text", ["nobody.example", "words of something", "\0", "linkedin.com/x/y"])
def test_nothing_is_opened_by_what_is_not_known(known, text):
    assert search.exact(text, make.viewer()) == ""


def test_companies_and_people_are_listed_by_how_their_keys_begin(known):
    found = search.like("Iron", make.viewer()).hits

    assert [hit.title for hit in found] == [
        "ironclad.com",
        "ironworks.example",
        "linkedin.com/in/irongate",
    ]
    assert found[0].url == PAGE
    assert [hit.title for hit in search.like("https://linkedin.com/in/irong", None).hits] == [
        "linkedin.com/in/irongate"
    ]


def test_who_may_not_see_states_is_not_asked():
    names = [kind.name for kind in kinds_for(make.user())]

    assert "Enrichments" not in names
    assert "Enrichments" in [kind.name for kind in kinds_for(make.viewer())]


def test_keys_are_read_by_their_index():
    rows = """INSERT INTO enrichment_entity (entity_type, entity_key, name, in_warehouse)
        SELECT 'company', 'c' || n || '.example', '', true FROM generate_series(1, 20000) n"""
    with connection.cursor() as cursor:
        cursor.execute(rows)
    owner.runs("ANALYZE enrichment_entity")

    plan = search.beginning(EntityType.COMPANY, "c777")[:6].explain()

    assert "Index Cond" in plan and "Seq Scan" not in plan
