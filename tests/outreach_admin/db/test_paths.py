"""Functions work under any search path, and carry one only where they need it."""

import psycopg
import pytest
from django.db import connection

from outreach_admin.db import paths, upkeep
from outreach_admin.db.objects import Kind
from outreach_admin.db.sessions import PATH
from outreach_admin.db.sqlfiles import parse
from tests import make
from tests.servers import RUNNING, SERVERS

TABLES = {"app_row"}
TEXT = "CREATE OR REPLACE FUNCTION app.one() RETURNS int LANGUAGE {} AS $${}$$"
UNDER_NONE = (
    "SELECT count(*) FROM governance.readiness_counts",
    "SELECT count(*) FROM governance.readiness_drift",
    "SELECT governance.run_snapshot()",
    "SELECT governance.rebuild_readiness()",
    "SELECT governance.fold_errorcount(), governance.fold_archivecount()",
)
PARK = """UPDATE public.governance_huberror SET disposition = 'PARKED', parked_at = now(),
    parked_by = 'somebody', park_reason = 'DATA_QUALITY', message = 'other words'"""


def anchored(body: str, language: str = "plpgsql") -> str:
    one = parse(TEXT.format(language, body), source="a test")
    return paths.anchored(one, tables=TABLES).text


@pytest.mark.parametrize("language", ["plpgsql", "sql"])
@pytest.mark.parametrize(
    "body",
    ["SELECT 1 FROM app_row", "DECLARE one app_row;", "EXECUTE 'SELECT 1 FROM app_row';"],
)
def test_a_function_that_names_a_bare_table_carries_the_path(language, body):
    assert f"LANGUAGE {language} SET search_path TO {PATH} AS $${body}$$" in anchored(
        body, language
    )


@pytest.mark.parametrize(
    "body",
    ["SELECT 1 FROM public.app_row", "RAISE 'no' USING TABLE = 'app_row';", "SELECT app_rows"],
)
def test_others_do_without(body):
    assert "search_path" not in anchored(body)


def test_a_view_and_a_trigger_are_bound_when_they_are_made():
    view = parse("CREATE OR REPLACE VIEW app.v AS SELECT * FROM app_row", source="a test")

    assert paths.anchored(view, tables=TABLES) is view


@pytest.mark.django_db
def test_the_database_has_them_so():
    declared = {
        one.key.name: "SET search_path" in one.text
        for one in upkeep.declared()
        if one.key.kind is Kind.FUNCTION
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.pronamespace::regnamespace || '.' || p.proname,
                array_to_string(p.proconfig, ';') LIKE %s
            FROM pg_proc p""",
            [f"%search_path={PATH}%"],
        )
        found = {name: bool(carries) for name, carries in cursor.fetchall()}

    assert {name: found[name] for name in declared} == declared
    assert sum(declared.values()) > 20


def test_plain_sql_without_a_search_path_files_changes_and_archives_errors(committed_db):
    """What pg_restore and careful clients do."""
    make.promotable()
    values = "SELECT gen_random_uuid(), 'outreach.dol_errors', outreach_id, 'NO_MATCH', 'words'"
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as plain:
        plain.execute("SET search_path TO ''")

        plain.execute(
            f"""INSERT INTO public.governance_huberror
                (id, error_table, outreach_id, code, message, created_at)
            {values}, now() FROM public.governance_outreach"""
        )
        assert plain.execute(PARK).rowcount == 1
        assert plain.execute("DELETE FROM public.governance_huberror").rowcount == 1
        assert [plain.execute(query).fetchall() != [] for query in UNDER_NONE] == [True] * 5
        drift = plain.execute("SELECT count(*) FROM governance.readiness_drift").fetchone()

    assert drift == (0,)


@pytest.mark.django_db
def test_the_definition_of_readiness_is_still_inlined():
    """A few ids read a few rows: no scan over a function."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT * FROM governance.readiness_counts_of(NULL)")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Function Scan" not in plan
    assert "governance_outreach" in plan
