"""Who is beside an entity in the warehouse; unknown where nobody can say."""

import pytest

from enrichment.queries.entity import colleagues
from tests import owner

pytestmark = pytest.mark.django_db
COMPANY = ("company", "ironclad.com")
JANE = "https://www.linkedin.com/in/jane-doe"
TABLES = (
    "CREATE SCHEMA IF NOT EXISTS core",
    "CREATE TABLE core.companies (id int, domain text, name text)",
    "CREATE TABLE core.people (core_company_id int, full_name text, linkedin_url text)",
    "INSERT INTO core.companies VALUES (1, 'ironclad.com', 'Ironclad'), (2, 'https://x.com', NULL)",
)
# a role of every person reads what somebody else made
READABLE = (
    "GRANT USAGE ON SCHEMA core TO PUBLIC",
    "GRANT SELECT ON ALL TABLES IN SCHEMA core TO PUBLIC",
)


def done(*statements):
    for statement in statements:
        owner.runs(statement)


@pytest.fixture
def warehouse():
    """Two companies, nobody in them."""
    done(*TABLES, *READABLE)


def employ(name, url, at=1):
    owner.runs("INSERT INTO core.people VALUES (%s, %s, %s)", at, name, url)


def test_people_of_a_company_and_the_company_of_a_person(warehouse):
    employ("Jane Doe", JANE)
    employ("Somebody else", f"{JANE}-2", at=2)

    assert colleagues.of(*COMPANY).shown == [("person", "Jane Doe", "linkedin.com/in/jane-doe")]
    assert colleagues.of("person", "linkedin.com/in/jane-doe").shown == [
        ("company", "Ironclad", "ironclad.com")
    ]
    assert len(colleagues.of("company", "x.com").shown) == 1
    assert colleagues.of("company", "nobody.example").shown == []


def test_twenty_are_shown_and_odd_rows_lead_nowhere(warehouse):
    employ(None, None)
    employ("A name without an address", "nothing")
    for number in range(25):
        employ("Jane Doe", f"{JANE}-{number}")

    found = colleagues.of(*COMPANY)

    assert len(found.shown) == 20 and found.more
    assert found.shown[0] == ("person", "A name without an address", "")


@pytest.mark.parametrize(
    "change",
    ["DROP TABLE core.people", "ALTER TABLE core.people RENAME core_company_id TO employer"],
)
def test_a_warehouse_that_is_made_otherwise_is_unknown(warehouse, change):
    done(change)

    found = colleagues.of(*COMPANY)

    assert found.problem and not found.shown


def test_a_digest_leads_to_nobody(warehouse):
    assert "digest" in colleagues.of("person", f"salesnav:{'a' * 32}").problem


def test_a_warehouse_that_takes_too_long_is_unknown(warehouse, monkeypatch):
    employ("Jane Doe", JANE)
    monkeypatch.setattr(colleagues, "SECONDS", 0.05)
    done(
        "ALTER TABLE core.people RENAME TO those",
        "CREATE VIEW core.people AS SELECT t.* FROM core.those t, pg_sleep(5)",
        *READABLE,
    )

    assert "longer" in colleagues.of(*COMPANY).problem
