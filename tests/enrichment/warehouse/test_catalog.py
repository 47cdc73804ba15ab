"""What a name in the registry means: what the catalog says, and nothing else."""

import pytest
from django.db import connection
from psycopg import sql

from enrichment.exceptions import TableRefused
from enrichment.models import DataFlow, Run
from enrichment.warehouse import catalog
from enrichment.warehouse.connection import reading
from tests import make, owner

ODD = (
    "CREATE SCHEMA IF NOT EXISTS core",
    "CREATE SCHEMA IF NOT EXISTS raw",
    'CREATE TABLE core."Odd ""Name""" ("Key" text, "a.b" int, PRIMARY KEY ("a.b", "Key"))',
    'CREATE TABLE core."dotted.name" (id int)',
    'CREATE VIEW core.seen AS SELECT 1 AS "one", 2 AS "two"',
    "CREATE TABLE raw.parted (id int, day date) PARTITION BY RANGE (day)",
    "GRANT USAGE ON SCHEMA core, raw TO PUBLIC",
    "GRANT SELECT ON ALL TABLES IN SCHEMA core, raw TO PUBLIC",
)
INJECTIONS = (
    "core.companies; DROP TABLE enrichment_workflow",
    "core.companies'--",
    'core."companies"; SELECT pg_sleep(9)--',
    "core.companies\0",
    "') OR true --.x",
    "public.auth_user",
    "pg_catalog.pg_authid",
    "core.%s",
    "core.{}",
    "",
    ".",
    "x" * 10_000,
)
FIELDS = ("raw_table", "extracted_table", "core_table", "key_column")


@pytest.fixture
def odd(db):
    for statement in ODD:
        owner.runs(statement)


def test_an_ordinary_table_has_columns_types_and_its_key(odd):
    owner.runs("CREATE TABLE core.plain (a int, b text, dropped int, PRIMARY KEY (b, a))")
    owner.runs("ALTER TABLE core.plain DROP COLUMN dropped")

    found = catalog.table("core.plain")

    assert (found.schema, found.name, found.kind) == ("core", "plain", "table")
    assert dict(found.columns) == {"a": "integer", "b": "text"}
    assert found.primary_key == ("b", "a")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ('core.Odd "Name"', "table"),
        ('core."Odd ""Name"""', "table"),
        ("core.dotted.name", "table"),
        ("core.seen", "view"),
        ("raw.parted", "table"),
    ],
)
def test_odd_names_are_found_and_can_be_read(odd, name, kind):
    found = catalog.demanded(name)

    with reading(seconds=3) as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(found.identifier))
        assert cursor.fetchone() is not None
    assert found.kind == kind


def test_a_foreign_table_is_a_table_of_the_warehouse(odd):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")
        (has_wrapper,) = cursor.fetchone()
    assert catalog.KINDS["f"] == "foreign table" and has_wrapper in (0, 1)


def test_columns_are_quoted_only_once_they_are_found(odd):
    found = catalog.demanded('core.Odd "Name"')

    assert found.column("a.b") == sql.Identifier("a.b")
    with pytest.raises(TableRefused, match="has no column “key”") as said:
        found.column("key")
    assert "Key, a.b" in said.value.what_to_do


def test_two_tables_written_alike_are_none_until_they_are_quoted(odd):
    owner.runs('CREATE SCHEMA "core.dotted"')
    owner.runs("CREATE TABLE core.name (id int)")
    owner.runs('CREATE TABLE core."x.y" (id int)')

    assert catalog.table("core.x.y") is not None
    assert catalog.table('core."x.y"').name == "x.y"


@pytest.mark.parametrize("name", INJECTIONS)
def test_what_is_no_table_is_refused_and_does_nothing(odd, name):
    assert catalog.table(name) is None

    with pytest.raises(TableRefused, match="The warehouse has no table"):
        catalog.demanded(name)


def test_a_table_that_may_not_be_read_says_so(odd):
    owner.runs("CREATE TABLE core.closed (id int)")

    with pytest.raises(TableRefused, match=r"may not read core\.closed"):
        catalog.demanded("core.closed")


def test_a_name_with_a_percent_sign_is_none_since_statements_would_take_it_for_a_parameter(odd):
    owner.runs('CREATE TABLE core."100%%s" (id int)')
    owner.runs('CREATE TABLE core.half (id int, "50%%" int)')

    assert catalog.table("core.100%s") is None
    assert list(catalog.table("core.half").columns) == ["id"]


def test_each_table_is_looked_up_once_a_block(odd, django_assert_num_queries):
    with catalog.remembering():
        first = catalog.table("core.seen")
        with django_assert_num_queries(0):
            assert catalog.table("core.seen") is first


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("evil", ["core.x'; DROP TABLE enrichment_run; --", 'core.x"--', "core.%s"])
def test_every_field_of_the_registry_only_ever_names(odd, field, evil):
    workflow = make.workflow(**{field: evil})
    asked = catalog.demanded
    if field == "key_column":
        asked = catalog.demanded("core.seen").column

    with pytest.raises(TableRefused):
        asked(getattr(workflow, field))

    assert not Run.objects.exists()


@pytest.mark.parametrize("evil", ["core.x'; DROP TABLE enrichment_run; --", 'core.x"--', "core.%s"])
def test_every_field_of_a_flow_only_ever_names(odd, evil):
    flow = DataFlow.objects.create(
        workflow=make.workflow(),
        layer="core",
        table_name=evil,
        key_columns=[evil],
    )

    with pytest.raises(TableRefused):
        catalog.demanded(flow.table_name)
    with pytest.raises(TableRefused):
        catalog.demanded("core.seen").column(flow.key_columns[0])


def test_somebody_who_may_only_look_finds_every_table(warehouse_apart):
    found = catalog.demanded("core.companies")

    assert dict(found.columns) == {"id": "uuid", "domain": "text", "name": "text"}
    assert found.primary_key == ("id",)


def test_in_a_warehouse_apart_other_schemas_are_tables_too(warehouse_apart):
    warehouse_apart.execute("CREATE SCHEMA staging")
    warehouse_apart.execute("CREATE TABLE staging.lead (id int)")

    assert catalog.table("staging.lead").is_readable is False
