"""Pages that look into a warehouse which goes away, comes back, is held or loses its tables."""

import pytest
from django.test import Client

from tests import make
from tests.enrichment.warehouse import places

BESIDE = "/enrichment/entities/company/ironclad.com/?part=colleagues"
PAGES = (
    "/enrichment/entities/company/ironclad.com/",
    "/enrichment/workflows/news/",
    "/enrichment/coverage/",
)
AWAY = "The warehouse does not answer."
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"


@pytest.fixture
def hand(warehouse_apart, committed_db):
    """The hand of the warehouse's superuser; one workflow has run for one company."""
    warehouse_apart.execute("ALTER TABLE core.people ADD core_company_id uuid")
    workflow = make.workflow(workflow_name="news", extracted_table="core.companies")
    make.run(workflow=workflow, entity_key="ironclad.com")
    return warehouse_apart


@pytest.fixture
def beside(hand):
    """Look at the pages, then return what the part that asks the warehouse says."""
    client = Client()
    client.force_login(make.manager())

    def look() -> str:
        answers = [client.get(page) for page in (*PAGES, BESIDE)]
        assert [one.status_code for one in answers] == [200] * 4
        return answers[-1].text

    return look


def test_pages_stand_while_it_is_away_and_look_again_once_it_is_back(beside):
    before = beside()
    with places.signed_in("nowhere", HOST="127.0.0.1", PORT="1"):
        meanwhile = beside()
    after = beside()

    assert AWAY in meanwhile
    assert AWAY not in before + after


def test_a_page_after_one_whose_connection_was_cut_looks_again(hand, beside):
    beside()
    hand.execute(CUT, [places.READER])

    cut, after = beside(), beside()

    assert AWAY in cut and AWAY not in after


def test_tables_that_are_held_or_gone_are_told_in_their_part(hand, beside):
    with hand.transaction():
        hand.execute("LOCK TABLE core.people IN ACCESS EXCLUSIVE MODE")
        held = beside()
    hand.execute("DROP TABLE core.people")
    gone = beside()

    assert "longer than it may" in held
    assert "has no table “core.people”" in gone
