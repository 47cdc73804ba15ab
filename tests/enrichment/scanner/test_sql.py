"""Which tables a statement writes."""

import pytest

from enrichment.scanner import sql

STATEMENTS = {
    "INSERT INTO raw.x (a) VALUES (1) ON CONFLICT (domain, source) DO NOTHING": (
        "raw.x",
        ("domain", "source"),
    ),
    'insert into "raw"."x" select 1': ("raw.x", ()),
    "UPDATE core.companies c SET name = 1 WHERE c.domain = %s": ("core.companies", ("domain",)),
    "DELETE FROM ONLY extracted.x WHERE linkedin_url IN (1)": ("extracted.x", ("linkedin_url",)),
    "MERGE INTO core.people AS p USING s ON p.linkedin_url = s.l WHEN MATCHED THEN DELETE": (
        "core.people",
        ("linkedin_url",),
    ),
    "COPY raw.x (a, b) FROM STDIN": ("raw.x", ()),
    "WITH gone AS (DELETE FROM raw.x RETURNING *) SELECT 1": ("raw.x", ()),
    f"INSERT INTO raw.{sql.HOLE} VALUES (1)": ("raw.?", ()),
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_names_the_table_that_it_writes_and_its_key(text):
    [found] = sql.writes(text)

    assert (found.table, found.keys) == STATEMENTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM raw.x FOR UPDATE",
        "COPY raw.x TO STDOUT",
        "INSERT INTO public.x VALUES (1)",
        "-- INSERT INTO raw.x\nSELECT 1",
        "SELECT 'DELETE FROM raw.x'",
        "/* UPDATE raw.x SET a = 1 */ SELECT 1",
        "the update of raw.x failed",
    ],
)
def test_what_only_reads_or_only_speaks_of_it_writes_nothing(text):
    assert list(sql.writes(text)) == []


def test_each_of_several_statements_keeps_its_own_key():
    found = list(
        sql.writes("INSERT INTO raw.x SELECT 1; UPDATE core.y SET a = 1 WHERE domain = 'x'")
    )

    assert [(one.table, one.keys) for one in found] == [("raw.x", ()), ("core.y", ("domain",))]
