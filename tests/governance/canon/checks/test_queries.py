"""SQL of contracts: one query, whose tables and columns are there."""

import pytest

from governance.canon.checks import queries

COLUMNS = queries.columns(
    "CREATE TABLE t (id uuid PRIMARY KEY, a text); CREATE TABLE s.u (id int, b int);"
)


def found(text, columns=COLUMNS):
    return [(one.line, one.column, one.name) for one in queries.check(text, columns)]


def test_a_schema_is_read_as_pg_dump_writes_it():
    text = """
    SET statement_timeout = 0;
    SELECT pg_catalog.set_config('search_path', '', false);
    CREATE TABLE public.t ("id" uuid DEFAULT gen_random_uuid() NOT NULL, A text, CONSTRAINT c CHECK (a <> ''));
    ALTER TABLE public.t OWNER TO postgres;
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
    """

    assert queries.columns(text) == {("public", "t"): frozenset({"id", "a"})}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT t.id FROM t",
        "SELECT ID FROM public.T WHERE A = 'x'",
        "SELECT u.b FROM s.u",
        "SELECT count(*) FROM t",
        "SELECT * FROM t",
        "WITH w AS (SELECT t.id AS x FROM t) SELECT w.x FROM w",
        "SELECT y.x FROM (SELECT t.id AS x FROM t) y",
        "SELECT t.id FROM t WHERE EXISTS (SELECT 1 FROM s.u WHERE u.id::text = t.a)",
        "SELECT id FROM t UNION SELECT id::text::uuid FROM s.u",
        "SELECT t.id FROM t CROSS JOIN LATERAL (SELECT t.a AS q) l WHERE l.q = ''",
    ],
)
def test_a_sound_query_has_no_fault(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT t.x FROM t", (1, 10, "x")),
        ("SELECT id,\n  missing\nFROM t", (2, 3, "missing")),
        ("SELECT b FROM u", (1, 15, "public.u")),
        ("SELECT 1 FROM s.v", (1, 17, "s.v")),
        ("SELECT y.z FROM (SELECT t.id AS x FROM t) y", (1, 10, "z")),
        ("SELECT t.id FROM t WHERE EXISTS (SELECT 1 FROM s.u WHERE u.c = 1)", (1, 60, "c")),
    ],
)
def test_a_table_or_column_that_is_not_there_is_named_with_its_place(text, place):
    assert found(text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT FROM WHERE",
        "SELECT 'x",
        "SELECT (1",
        "SELECT 1; SELECT 2",
        "DELETE FROM t",
        "DROP TABLE t",
        "VACUUM t",
        "SELECT " + "(" * 3_000,
        "\x00",
    ],
)
def test_what_is_not_one_query_is_a_fault(text):
    assert len(queries.check(text, COLUMNS)) == 1


def test_without_a_schema_only_the_syntax_is_looked_at():
    assert queries.check("SELECT x.y FROM x", None) == []
