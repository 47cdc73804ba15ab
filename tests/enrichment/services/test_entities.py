"""Entities follow a warehouse that is a database of its own and may only be read."""

import pytest
from django.db import connection

from enrichment.models import Entity, EntitySync, SeenEntity
from enrichment.services import entities
from tests import make
from tests.enrichment.warehouse import places

COMPANY = "INSERT INTO core.companies VALUES (gen_random_uuid(), %s, %s)"
PERSON = "INSERT INTO core.people VALUES (gen_random_uuid(), %s, %s)"


@pytest.fixture
def hand(warehouse_apart, committed_db):
    """The hand of the warehouse's superuser, while the console's own database can be committed to."""
    return warehouse_apart


def kept() -> dict[str, tuple[str, bool]]:
    rows = Entity.objects.values_list("entity_key", "name", "in_warehouse")
    return {key: (name, there) for key, name, there in rows}


def test_companies_and_people_become_entities_under_their_keys(hand):
    hand.execute(COMPANY, ["https://WWW.Ironclad.com/about", "Ironclad"])
    hand.execute(PERSON, ["https://de.linkedin.com/in/Jane-Doe?x=1", "Jane Doe"])

    read = entities.sync(seconds=None)

    assert read == {"company": 1, "person": 1}
    assert kept() == {
        "ironclad.com": ("Ironclad", True),
        "linkedin.com/in/jane-doe": ("Jane Doe", True),
    }


def test_what_is_renamed_follows_and_what_is_gone_stays_marked(hand):
    hand.execute(COMPANY, ["a.com", "A"])
    hand.execute(COMPANY, ["b.com", "B"])
    entities.sync(seconds=None)
    hand.execute("UPDATE core.companies SET name = 'A2' WHERE domain = 'a.com'")
    hand.execute("DELETE FROM core.companies WHERE domain = 'b.com'")

    entities.sync(seconds=None)

    assert kept() == {"a.com": ("A2", True), "b.com": ("B", False)}
    assert not SeenEntity.objects.exists()


def test_an_entity_that_a_run_brought_gets_its_name(hand):
    make.run(entity_key="a.com")
    hand.execute(COMPANY, ["a.com", "A"])

    entities.sync(seconds=None)

    assert kept() == {"a.com": ("A", True)}


def test_rows_without_a_key_are_counted_and_left(hand):
    hand.execute(COMPANY, [None, "Nobody"])
    hand.execute(COMPANY, ["no domain", "Nobody"])
    hand.execute(PERSON, ["linkedin.com/in/" + "ü" * 90, "Long"])

    entities.sync(seconds=None)

    assert not Entity.objects.exists()
    assert EntitySync.objects.get(entity_type="company").refused == 2
    assert EntitySync.objects.get(entity_type="person").refused == 1


def seen_through(hand, select: str) -> None:
    """Make core.companies a view without a key, over rows as they come."""
    hand.execute("DROP TABLE core.companies")
    hand.execute(f"CREATE VIEW core.companies (domain, name) AS {select}")
    hand.execute(f"GRANT SELECT ON core.companies TO {places.READER}")


def marked(entity_type: str = "company") -> tuple[int, int, str]:
    marks = EntitySync.objects.filter(entity_type=entity_type)
    return marks.values_list("rows", "refused", "problem").get()


@pytest.mark.parametrize("batch", [1, 2, 5_000])
def test_odd_keys_of_a_view_are_counted_and_stop_nothing(hand, monkeypatch, batch):
    monkeypatch.setattr(entities, "BATCH", batch)
    odd = (
        "repeat('m', 10000)",
        "repeat('n', 10001)",
        "repeat('o', 2049)",
        "NULL",
        "''",
        r"E'\\b\\x01'",
        "'infinity'::date::text",
        "'10000-01-01'::date::text",
    )
    rows = ", ".join(f"({one}, repeat('N', 100000))" for one in odd)
    seen_through(hand, f"VALUES ('a.com', 'A'), {rows}, ('z.com', 'Z')")
    hand.execute(PERSON, ["linkedin.com/in/jane", "Jane"])

    entities.sync(seconds=None)

    assert sorted(kept()) == ["a.com", "linkedin.com/in/jane", "z.com"]
    assert marked() == (10, 8, "")


@pytest.mark.parametrize("kind", ["timestamptz", "date", "float8", "text"])
def test_odd_primary_keys_stop_nothing(hand, monkeypatch, kind):
    monkeypatch.setattr(entities, "BATCH", 1)
    odd = {"float8": "NaN", "text": "m" * 20_000}.get(kind, "infinity")
    second = {"float8": "Infinity", "text": "n"}.get(kind, "10000-01-01")
    hand.execute("DROP TABLE core.companies")
    hand.execute(f"CREATE TABLE core.companies (id {kind} PRIMARY KEY, domain text, name text)")
    for n, one in enumerate((odd, second)):
        hand.execute("INSERT INTO core.companies VALUES (%s, %s, 'N')", [one, f"c{n}.com"])
    hand.execute(f"GRANT SELECT ON core.companies TO {places.READER}")

    entities.sync(seconds=None)

    assert "c1.com" in kept()
    assert marked() == (2, int(kind == "text"), "")


def test_a_column_without_an_order_is_read_by_its_text(hand):
    seen_through(hand, """VALUES ('"m.com"'::json, 'M')""")

    entities.sync(seconds=None)

    assert marked() == (1, 1, "")


def test_a_view_that_fails_leaves_a_problem_and_people_are_taken_over(hand):
    seen_through(hand, "SELECT (1 / n)::text, '' FROM (VALUES (0)) odd (n)")
    hand.execute(PERSON, ["linkedin.com/in/jane", "Jane"])
    EntitySync.objects.create(entity_type="company")

    assert entities.sync(seconds=None) == {"company": 0, "person": 1}
    assert marked() == (0, 0, "A row of the warehouse cannot be read: division by zero.")


def test_a_pass_goes_on_where_the_last_call_stopped(hand, monkeypatch):
    monkeypatch.setattr(entities, "BATCH", 2)
    for n in range(5):
        hand.execute(COMPANY, [f"c{n}.com", f"C{n}"])
    table = entities.catalog.demanded("core.companies")

    for _ in range(2):
        EntitySync.objects.get_or_create(entity_type="company")
        entities._take_next(entities.SOURCES[0], table)
    half = len(kept())
    entities.sync(seconds=None)

    assert half == 4
    assert len(kept()) == 5 and all(there for _, there in kept().values())
    assert EntitySync.objects.get(entity_type="company").rows == 5


def test_numbers_are_ordered_as_numbers(hand, monkeypatch):
    monkeypatch.setattr(entities, "BATCH", 2)
    hand.execute("DROP TABLE core.companies")
    hand.execute("CREATE TABLE core.companies (id int PRIMARY KEY, domain text, name text)")
    hand.execute(
        "INSERT INTO core.companies SELECT n, n || '.com', '' FROM generate_series(8, 12) n"
    )
    hand.execute(f"GRANT SELECT ON core.companies TO {places.READER}")

    entities.sync(seconds=None)

    assert len(kept()) == 5


def test_the_next_pass_waits_half_an_hour(hand):
    entities.sync(seconds=30)
    hand.execute(COMPANY, ["late.com", "Late"])

    assert entities.sync(seconds=30) == {"company": 0, "person": 0}
    EntitySync.objects.update(finished_at=make.timezone.now() - entities.PAUSE)
    assert entities.sync(seconds=30) == {"company": 1, "person": 0}


def test_a_warehouse_that_goes_away_leaves_a_problem_and_no_half_pass(hand):
    hand.execute(COMPANY, ["a.com", "A"])
    entities.sync(seconds=None)
    with places.signed_in("nowhere", HOST="127.0.0.1", PORT="1"):
        entities.sync(seconds=None)

        problem = EntitySync.objects.get(entity_type="company").problem

    assert problem == "The warehouse does not answer."
    assert kept() == {"a.com": ("A", True)}


@pytest.mark.django_db
def test_without_such_tables_nothing_is_written():
    assert entities.sync(seconds=None) == {"company": 0, "person": 0}
    assert not EntitySync.objects.exists()


@pytest.mark.django_db
def test_a_second_pass_changes_no_row(django_assert_num_queries):
    entities._take("company", {"a.com": "A"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM enrichment_entity")
        before = cursor.fetchall()
        entities._take("company", {"a.com": "A"})
        cursor.execute("SELECT xmin::text FROM enrichment_entity")

        assert cursor.fetchall() == before
