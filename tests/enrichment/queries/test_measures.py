"""What the warehouse tells of the tables of a workflow."""

import pytest

from enrichment.queries import measures
from enrichment.warehouse import connection
from tests import make, owner

pytestmark = pytest.mark.django_db
TABLES = (
    "CREATE SCHEMA IF NOT EXISTS core",
    "CREATE TABLE core.counted (domain text, source text)",
    "INSERT INTO core.counted VALUES ('a', 'x'), ('a', 'y'), ('b', 'x'), (NULL, 'x')",
    "GRANT USAGE ON SCHEMA core TO PUBLIC",
    "GRANT SELECT ON core.counted TO PUBLIC",
)


@pytest.fixture
def counted():
    for statement in TABLES:
        owner.runs(statement)


def told(table, *keys):
    workflow = make.workflow()
    workflow.flows.create(layer="core", table_name=table, key_columns=list(keys))
    (found,) = measures.of(workflow.flows.all())
    return found


@pytest.mark.parametrize(
    ("keys", "number"),
    [(("domain",), 2), (("source",), 2), ((), None)],
)
def test_rows_and_keys_of_a_table_are_counted(counted, keys, number):
    found = told("core.counted", *keys)

    assert (found.rows, found.keys, found.problem) == (4, number, "")


@pytest.mark.parametrize(
    ("table", "keys", "problem"),
    [
        ("core.nowhere", (), "The warehouse has no table"),
        ("core.counted", ("colour",), "has no column “colour”"),
        ("core.counted; DROP TABLE enrichment_run", (), "The warehouse has no table"),
        ("core.counted", ("domain) FROM core.counted; --",), "has no column"),
    ],
)
def test_what_the_catalog_does_not_have_is_unknown_with_the_reason(counted, table, keys, problem):
    found = told(table, *keys)

    assert (found.rows, found.keys) == (None, None)
    assert problem in found.problem


def test_what_takes_too_long_is_unknown_and_never_nothing(counted, monkeypatch):
    monkeypatch.setattr(measures, "PATIENCE", 0.2)
    owner.runs("CREATE VIEW core.slow AS SELECT pg_sleep(5)::text AS domain")
    owner.runs("GRANT SELECT ON core.slow TO PUBLIC")

    found = told("core.slow", "domain")

    assert found.rows is None and "takes longer than it may" in found.problem


def test_the_tables_of_a_workflow_share_one_limit(counted, monkeypatch):
    monkeypatch.setattr(measures, "LIMIT", 0)

    assert told("core.counted", "domain").problem == measures.NO_TIME
    assert connection.is_apart() is False
