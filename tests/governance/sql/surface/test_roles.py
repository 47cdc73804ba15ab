"""Logins that have the surface alone: they work as before, as themselves, and reach nothing behind it."""

import uuid
from collections.abc import Iterator

import pytest

from outreach_admin.db.rights import sqlroles
from tests.governance.sql.surface import contract, sessions
from tests.governance.sql.surface.sessions import VISITOR, WORKER, Session

pytestmark = pytest.mark.django_db
SPINE = """INSERT INTO outreach.outreach (outreach_id, sovereign_id, domain)
    VALUES (%s, gen_random_uuid(), 'Acme.example')"""
FILED = """INSERT INTO outreach.dol_errors (outreach_id, failure_code, blocking_reason, raw_input)
    VALUES (%s, 'NO_MATCH', ' no filing ', '{"n": 1}') RETURNING error_id"""
EVENTS = """SELECT action, actor, operation_id, db_user FROM governance_event
    WHERE subject_type = %s ORDER BY id"""
TABLES = """SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'm') AND c.relnamespace::regnamespace::text IN ('public', 'governance')"""
CALLABLE = """SELECT p.oid::regprocedure::text FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('governance', 'enrichment', 'outreach_admin')
        AND has_schema_privilege(n.oid, 'USAGE')"""
PATHLESS = """SELECT p.oid::regprocedure::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND n.nspname NOT IN ('tests', 'pg_catalog')
        AND NOT EXISTS (
            SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%%pg_temp')"""


@pytest.fixture
def on(db) -> Iterator[Session]:
    with sessions.session() as found:
        yield found


@pytest.fixture
def company(on) -> uuid.UUID:
    """An id that the worker has brought in himself, with a failed target."""
    found = uuid.uuid4()
    on.become(WORKER)
    on.changed(SPINE, found)
    text = (
        "INSERT INTO outreach.company_target (outreach_id, execution_status) VALUES (%s, 'failed')"
    )
    on.changed(text, found)
    return found


def recorded(on: Session, subject: str) -> list[tuple]:
    on.owner_does("SELECT 1")
    return on.rows(EVENTS, subject)


def test_a_pipeline_works_through_the_surface_alone(on, company):
    ((error,),) = on.rows(FILED, company)
    readiness = (
        "SELECT has_dol_blocking_errors FROM shq.vw_promotion_readiness WHERE outreach_id = %s"
    )
    assert on.rows(readiness, company) == [(True,)]
    park = """UPDATE outreach.dol_errors SET disposition = 'PARKED', parked_at = now(),
        parked_by = 'agent', park_reason = 'STRUCTURAL_NO_DOL_MATCH' WHERE error_id = %s"""
    assert on.changed(park, error) == 1
    assert on.changed("UPDATE outreach.company_target SET execution_status = 'pending'") == 1
    assert on.changed("UPDATE outreach.dol_errors SET disposition = 'ARCHIVED'") == 1
    kept = "SELECT archived_by, final_disposition, blocking_reason FROM outreach.dol_errors_archive"
    assert on.rows(kept) == [(WORKER, "PARKED", " no filing ")]
    assert on.rows(readiness, company) == [(False,)]
    assert on.rows("SELECT sovereign_id, domain FROM outreach.outreach") == [(None, "acme.example")]

    assert recorded(on, "outreach.dol_errors") == [
        (action, None, None, WORKER) for action in ("CREATE", "PARK", "ARCHIVE")
    ]
    assert recorded(on, "outreach.company_target") == [
        (action, None, None, WORKER) for action in ("CREATE", "UPDATE")
    ]


def test_a_pipeline_copies_rows_into_errors_and_the_spine(on, company):
    with on.connection.cursor() as cursor:
        with cursor.copy("COPY outreach.outreach (sovereign_id, domain) FROM STDIN") as copy:
            copy.write_row((uuid.uuid4(), "other.example"))
        with cursor.copy("COPY people.people_errors (outreach_id, error_code) FROM STDIN") as copy:
            copy.write_row((company, "PI-E001"))

    assert on.rows("SELECT error_code, disposition FROM people.people_errors") == [
        ("PI-E001", "RETRY")
    ]
    assert recorded(on, "people.people_errors") == [("CREATE", None, None, WORKER)]


def test_rows_of_a_file_reach_a_hub_table_by_way_of_a_temporary_one(on, company):
    on.changed("CREATE TEMP TABLE filings (LIKE outreach.dol)")
    with (
        on.connection.cursor() as cursor,
        cursor.copy("COPY filings (outreach_id, ein) FROM STDIN") as copy,
    ):
        copy.write_row((company, "12-3456789"))
    on.changed("INSERT INTO outreach.dol (outreach_id, ein) SELECT outreach_id, ein FROM filings")

    assert recorded(on, "outreach.dol") == [("CREATE", None, None, WORKER)]
    with (
        on.connection.cursor() as cursor,
        cursor.copy("COPY (SELECT ein FROM outreach.dol) TO STDOUT") as copy,
    ):
        assert b"".join(copy) == b"12-3456789\n"


def test_what_a_login_says_of_itself_is_not_believed(on, company):
    on.rows("SELECT set_config('outreach.actor', 'manager', true)")
    on.rows("SELECT set_config('outreach.operation', '1', true)")
    on.rows("SELECT set_config('outreach.action', 'APPROVE', true)")
    on.changed(f"SET ROLE {sqlroles.PIPELINE}")
    on.rows(FILED, company)
    on.changed("UPDATE outreach.dol_errors SET disposition = 'ARCHIVED'")

    assert recorded(on, "outreach.dol_errors") == [
        ("CREATE", None, None, WORKER),
        ("ARCHIVE", None, None, WORKER),
    ]
    assert on.rows("SELECT archived_by FROM outreach.dol_errors_archive") == [(WORKER,)]


def test_the_console_is_believed(on, company):
    on.become("outreach_app")
    on.rows("SELECT set_config('outreach.actor', 'manager', true)")
    on.rows(FILED, company)

    assert recorded(on, "outreach.dol_errors") == [("CREATE", "manager", None, "outreach_app")]


@pytest.mark.parametrize("login", [WORKER, VISITOR])
def test_no_table_behind_the_surface_can_be_touched(on, login):
    tables = [name for (name,) in on.rows(TABLES)]
    on.become(login)

    assert len(tables) > 60
    for table in tables:
        for statement in (f"SELECT FROM {table}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            assert "permission denied" in on.refused(statement), statement
    assert on.rows(CALLABLE) == []


def test_a_visitor_reads_every_name_and_writes_none(on, company):
    on.become(VISITOR)

    for name in contract.RELATIONS:
        on.rows(f"SELECT * FROM {name}")
    for name in (*contract.HUBS, *contract.LIVE):
        assert "permission denied" in on.refused(f"DELETE FROM {name}")
    assert on.rows("SELECT shq.fn_can_promote_to_hub(%s, 'DOL')", company) == [(False,)]


def test_a_temporary_table_stands_in_for_none_of_ours(on, company):
    on.changed("CREATE TEMP TABLE governance_errortable (name text, default_disposition text)")
    on.changed("CREATE TEMP TABLE governance_event (action text)")
    on.changed("SET search_path TO pg_temp, public")
    on.rows(FILED, company)

    assert on.rows("SELECT disposition FROM outreach.dol_errors") == [("RETRY",)]
    assert on.rows("SELECT count(*) FROM governance_event") == [(0,)]


def test_whatever_runs_with_other_rights_looks_at_temporary_tables_last(on):
    assert on.rows(PATHLESS) == []


def test_what_was_granted_is_said(on):
    with on.connection.cursor() as cursor:
        rights = {str(one) for one in sqlroles.grant(cursor, sqlroles.PIPELINE)}

    assert "outreach_pipeline: INSERT, UPDATE, DELETE on outreach.dol_errors" in rights
    assert "outreach_pipeline: SELECT on outreach.dol_errors_archive" in rights
    assert not [one for one in rights if "INSERT" in one and "archive" in one]
    assert not [one for one in rights if "INSERT" in one and " shq." in one]
