"""The catalog offers the names of the seed: types, tables, columns in their order, functions."""

import pytest

from tests.governance.sql.surface import contract
from tests.governance.sql.surface.asked import refused, rows, value

pytestmark = pytest.mark.django_db
COLUMNS = """SELECT a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 ORDER BY a.attnum"""
SIGNATURES = """SELECT p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)
    FROM pg_proc p WHERE p.pronamespace = 'shq'::regnamespace"""
SAID = """SELECT obj_description(to_regclass(%s), 'pg_class')"""
OFFERED = """SELECT n.nspname || '.' || c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('outreach', 'people', 'company', 'shq')
        OR n.nspname = 'public' AND c.relkind = 'v'"""


@pytest.mark.parametrize("name", contract.RELATIONS)
def test_each_name_has_its_columns_in_their_order(name):
    columns = contract.RELATIONS[name]

    assert dict(rows(COLUMNS, name)) == columns
    assert [found for found, _ in rows(COLUMNS, name)] == list(columns)


def test_nothing_else_is_offered():
    assert {name for (name,) in rows(OFFERED)} == set(contract.RELATIONS)


def test_functions_take_and_return_what_the_seed_says():
    found = {name: (given, returned) for name, given, returned in rows(SIGNATURES)}

    assert found == contract.FUNCTIONS


def test_the_catalog_says_what_each_name_is():
    said = {name: value(SAID, name) for name in contract.RELATIONS}

    assert [name for name, words in said.items() if words.startswith("made by migrate")] == []
    assert said["outreach.dol"].startswith("Form 5500 filings; several rows per id are normal.")


@pytest.mark.parametrize(
    ("name", "words"),
    [("error_disposition", contract.DISPOSITIONS), ("ttl_tier", contract.TIERS)],
)
def test_types_are_casts_that_refuse_other_words(name, words):
    for word in words:
        assert value(f"SELECT %s::{name}", word) == word

    assert "violates check constraint" in refused(f"SELECT %s::public.{name}", "SOON")
