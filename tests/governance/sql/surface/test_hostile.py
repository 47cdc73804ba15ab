"""A login of a pipeline that tries whatever psql offers: refused with a sentence, or harmless and recorded under its name."""

import uuid
from collections.abc import Iterator

import pytest

from tests.governance.sql.surface import sessions
from tests.governance.sql.surface.sessions import WORKER, Session

SPINE = (
    "INSERT INTO outreach.outreach (outreach_id, sovereign_id, domain) VALUES (%s, %s, 'a.example')"
)
FILED = """INSERT INTO outreach.dol_errors (outreach_id, failure_code, blocking_reason)
    VALUES (%s, 'NO_MATCH', 'no filing') RETURNING error_id"""
PARK = """UPDATE outreach.dol_errors SET disposition = 'PARKED', parked_at = now(),
    parked_by = 'agent', park_reason = 'DATA_QUALITY'"""
EVENTS = """SELECT action, actor, db_user FROM governance_event
    WHERE subject_type = 'outreach.dol_errors' ORDER BY id"""
# what is asked at the end of a transaction otherwise
AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"
DENIED = {
    "SET session_replication_role = 'replica'",
    "SET ROLE outreach_owner",
    "CREATE TABLE shq.mine (n int)",
    "CREATE TABLE public.mine (n int)",
    "CREATE FUNCTION public.now() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE VIEW outreach.dol AS SELECT 1",
    "CREATE TRIGGER mine INSTEAD OF UPDATE ON outreach.dol_errors FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "DELETE FROM shq.vw_promotion_readiness",
    "UPDATE outreach.dol_errors_archive SET archived_by = 'x'",
    "DELETE FROM outreach.dol_errors_archive",
    "INSERT INTO outreach.dol_errors_archive (failure_code) VALUES ('X')",
    "SELECT governance.settle_readiness()",
    "SELECT governance.archive_errors('{}', '{}', 'MANUAL')",
    "SELECT sovereign_id FROM public.governance_outreach",
    "SELECT * FROM governance_event",
    "LOCK TABLE governance_event",
}
REFUSED = {
    "CREATE RULE mine AS ON UPDATE TO outreach.dol_errors DO INSTEAD NOTHING": "must be owner",
    "DROP RULE filed ON outreach.dol_errors": "must be owner",
    "ALTER TABLE outreach.dol_errors DISABLE TRIGGER ALL": "must be owner",
    "ALTER VIEW outreach.dol OWNER TO outreach_pipeline": "must be owner",
    "DROP VIEW outreach.dol": "must be owner",
    "ALTER ROLE outreach_pipeline SUPERUSER": "superuser",
    "TRUNCATE outreach.dol_errors": "is not a table",
    "UPDATE outreach.dol_errors SET error_id = gen_random_uuid()": "keeps its id",
    "UPDATE outreach.company_target SET target_id = gen_random_uuid()": "keeps its id",
    "UPDATE outreach.outreach SET outreach_id = gen_random_uuid()": "keeps its id",
    "UPDATE outreach.outreach SET sovereign_id = gen_random_uuid()": "cannot update column",
    "UPDATE outreach.dol_errors SET error_table = 'people.people_errors'": "does not exist",
    "UPDATE outreach.dol_errors SET blocks = false": "does not exist",
    "UPDATE outreach.dol_errors SET disposition = 'IGNORE'": "does not allow ignore",
    "UPDATE outreach.dol_errors SET disposition = 'PARKED'": "parked_facts_paired",
    "UPDATE outreach.dol_errors SET created_at = 'infinity'": "created_at",
    "UPDATE outreach.dol_errors SET retry_count = 3000000000": "out of range",
    "UPDATE outreach.dol_errors SET blocking_reason = E'\\u0000'": "invalid unicode escape",
    "INSERT INTO outreach.dol_errors (failure_code) VALUES ('X') ON CONFLICT DO NOTHING": "insert or update rules",
    """MERGE INTO outreach.dol_errors e USING (VALUES (1)) v (n) ON false
        WHEN NOT MATCHED THEN INSERT (failure_code) VALUES ('X')""": "cannot execute merge on relation",
    "INSERT INTO shq.vw_promotion_readiness (outreach_id) VALUES (gen_random_uuid())": "permission denied",
    "SELECT shq.fn_can_promote_to_hub(NULL, 'ELSEWHERE')": "is no hub that one can be promoted to",
    "COPY outreach.outreach TO STDOUT": "cannot copy from view",
    # who may is named by every version, each in words of its own
    "COPY (SELECT 1) TO PROGRAM 'cat'": "pg_execute_server_program",
    "COPY outreach.dol_errors (failure_code) FROM PROGRAM 'echo X'": "pg_execute_server_program",
    "COPY (SELECT 1) TO '/tmp/out'": "pg_write_server_files",
    f"INSERT INTO outreach.dol (outreach_id) VALUES (gen_random_uuid()); {AT_ONCE}": "violates foreign key",
}

# each writes the stage of both errors by a detour of the login's own; {} is another word each time
CHANGE = "UPDATE outreach.dol_errors SET pipeline_stage = '{}'"
DETOURS = (
    f"SET ROLE outreach_pipeline; {CHANGE}; RESET ROLE",
    f"SET search_path TO ''; {CHANGE}; RESET search_path",
    "CREATE TEMP VIEW mine AS SELECT * FROM outreach.dol_errors; UPDATE mine SET pipeline_stage = '{}'",
    f"CREATE TEMP TABLE once (n int); CREATE RULE also AS ON INSERT TO once DO ALSO {CHANGE}; INSERT INTO once VALUES (1)",
    f"""CREATE FUNCTION pg_temp.also() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {CHANGE}; RETURN NEW; END $$;
        CREATE TEMP TABLE other (n int); INSERT INTO other VALUES (1);
        CREATE TRIGGER also BEFORE UPDATE ON other FOR EACH ROW EXECUTE FUNCTION pg_temp.also();
        UPDATE other SET n = 2""",
    f"""CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz';
        CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, PROCEDURE = textne);
        CREATE TYPE pg_temp.error_disposition AS ENUM ('X');
        CREATE TEMP TABLE governance_errortable AS SELECT 'outreach.dol_errors' AS name;
        SET search_path TO pg_temp, outreach, public, pg_catalog; {CHANGE}; RESET search_path""",
    """DO $$ DECLARE found record; BEGIN
        FOR found IN SELECT error_id FROM outreach.dol_errors FOR UPDATE LOOP
            EXECUTE 'UPDATE outreach.dol_errors SET pipeline_stage = $1 WHERE error_id = $2' USING '{}', found.error_id;
        END LOOP; END $$""",
    """DO $$ BEGIN
        UPDATE outreach.dol_errors SET disposition = 'IGNORE';
    EXCEPTION WHEN check_violation THEN
        UPDATE outreach.dol_errors SET pipeline_stage = '{}';
    END $$""",
)


@pytest.fixture
def on(db) -> Iterator[Session]:
    with sessions.session() as found:
        yield found


@pytest.fixture
def sovereign(on) -> uuid.UUID:
    """The sovereign id of a company that the worker has brought in himself, with two errors."""
    company, found = uuid.uuid4(), uuid.uuid4()
    on.become(WORKER)
    on.changed(SPINE, company, found)
    on.changed("INSERT INTO outreach.company_target (outreach_id) VALUES (%s)", company)
    for _ in range(2):
        on.rows(FILED, company)
    return found


def recorded(on: Session) -> list[tuple]:
    on.owner_does("SELECT 1")
    return on.rows(EVENTS)


def test_what_is_not_for_a_pipeline_is_refused_with_a_sentence(on, sovereign):
    said = {statement: on.refused(statement) for statement in DENIED | REFUSED.keys()}

    wanted = dict.fromkeys(DENIED, "permission denied") | REFUSED
    assert {text: words for text, words in said.items() if wanted[text] not in words.lower()} == {}
    assert [words for words in said.values() if str(sovereign) in words] == []
    assert len(recorded(on)) == 2


def test_every_way_to_write_is_recorded_under_the_login_once_a_row(on, sovereign):
    ((company,),) = on.rows("SELECT outreach_id FROM outreach.outreach")
    ways = {
        "PREPARE park (text) AS " + PARK + ", severity = $1": 0,
        "EXECUTE park ('LOW')": 2,
        "UPDATE outreach.dol_errors e SET severity = v.s FROM (VALUES ('HIGH'), ('LOW'), ('HIGH')) v (s)": 2,
        """WITH a AS (UPDATE outreach.dol_errors SET disposition = 'RETRY' RETURNING error_id)
            UPDATE outreach.dol_errors SET severity = 'LOW' WHERE error_id IN (SELECT error_id FROM a)""": 0,
        "SAVEPOINT one": 0,
        "DELETE FROM outreach.dol_errors": 2,
        "ROLLBACK TO one": 0,
        "LISTEN outreach": 0,
        "NOTIFY outreach, 'x'": 0,
        """DELETE FROM outreach.dol_errors e USING outreach.outreach o
            WHERE o.outreach_id = e.outreach_id AND e.error_id = (
                SELECT min(error_id::text)::uuid FROM outreach.dol_errors)""": 1,
    }
    for text, rows in ways.items():
        assert on.changed(text) in (rows, -1), text
    assert on.rows("SELECT count(*) FROM outreach.dol_errors WHERE outreach_id = %s", company) == [
        (1,)
    ]

    events = recorded(on)

    assert [action for action, *_ in events][:4] == ["CREATE", "CREATE", "PARK", "PARK"]
    assert events[-1] == ("DELETE", None, WORKER)
    assert {(actor, user) for _, actor, user in events} == {(None, WORKER)}


def test_every_detour_leads_through_the_same_door(on, sovereign):
    for number, detour in enumerate(DETOURS):
        on.changed(detour.format(f"WORD{number}"))
        assert on.rows("SELECT DISTINCT pipeline_stage FROM outreach.dol_errors") == [
            (f"WORD{number}",)
        ]

    assert recorded(on)[2:] == [("UPDATE", None, WORKER)] * 2 * len(DETOURS)


def test_a_row_taken_out_and_put_back_is_two_events(on, sovereign):
    again = """WITH gone AS (DELETE FROM outreach.dol_errors RETURNING *)
        INSERT INTO outreach.dol_errors SELECT * FROM gone"""

    assert on.changed(again) == 2

    actions = sorted(action for action, *_ in recorded(on)[2:])
    assert actions == ["CREATE", "CREATE", "DELETE", "DELETE"]


def test_hub_rows_are_merged_where_postgresql_merges_into_views(on, sovereign):
    merge = """MERGE INTO outreach.company_target t USING outreach.outreach o ON t.outreach_id = o.outreach_id
        WHEN MATCHED THEN UPDATE SET execution_status = 'failed'"""

    said = on.refused(merge)

    if on.connection.info.server_version < 170_000:
        assert "cannot execute MERGE on relation" in said
    else:
        assert said == "not refused"
        assert on.rows("SELECT execution_status FROM outreach.company_target") == [("failed",)]


def test_a_cursor_and_a_function_of_the_logins_own_change_nothing_unseen(on, sovereign):
    on.changed("DECLARE each CURSOR FOR SELECT error_id FROM outreach.dol_errors FOR UPDATE")
    on.rows("FETCH each")
    said = on.refused("DELETE FROM outreach.dol_errors WHERE CURRENT OF each")
    on.changed(
        f"""CREATE FUNCTION pg_temp.park() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            PERFORM set_config('outreach.actor', 'manager', true);
            {PARK};
        END $$"""
    )
    on.rows("SELECT pg_temp.park()")

    assert "WHERE CURRENT OF on a view is not implemented" in said
    assert recorded(on)[2:] == [("PARK", None, WORKER)] * 2


def test_the_sovereign_id_comes_out_of_no_statement(on, sovereign):
    shown = [
        "SELECT o::text FROM outreach.outreach o",
        "SELECT to_jsonb(o)::text FROM outreach.outreach o",
        "UPDATE outreach.outreach SET domain = 'b.example' RETURNING *",
        "INSERT INTO outreach.outreach (sovereign_id) SELECT gen_random_uuid() RETURNING sovereign_id",
        "SELECT c::text FROM outreach.v_context_current c",
    ]
    found = [on.rows(text) for text in shown]
    again = on.refused(SPINE, uuid.uuid4(), sovereign)

    assert str(sovereign) not in repr(found)
    assert found[3] == [(None,)]
    assert again == "not refused" or "already exists" in again


def test_copy_reads_moments_as_they_were_whatever_the_session_writes_them_as(on, sovereign):
    on.changed("SET DateStyle TO 'SQL, DMY'")
    on.changed("SET TimeZone TO 'Asia/Kolkata'")
    with (
        on.connection.cursor() as cursor,
        cursor.copy("COPY people.people_errors (error_code, created_at) FROM STDIN") as copy,
    ):
        copy.write_row(("PI-E001", "2026-11-02T10:00:00.25+00:00"))

    found = on.rows("SELECT created_at = '2026-11-02T10:00:00.25Z' FROM people.people_errors")
    assert found == [(True,)]


@pytest.mark.soak
@pytest.mark.parametrize(
    "given",
    [
        "(failure_code, raw_input) VALUES ('X', to_jsonb(repeat('x', 100000000)))",
        "(failure_code, stack_trace) VALUES ('X', repeat('x', 100000000))",
        "(failure_code, blocking_reason) VALUES ('X', repeat('x', 100000000))",
        "(failure_code) VALUES (repeat('x', 100000000))",
        "(failure_code, pipeline_stage) VALUES ('X', repeat('x', 100000000))",
    ],
)
def test_a_text_of_a_hundred_megabytes_is_refused_by_its_limit(on, sovereign, given):
    said = on.refused(f"INSERT INTO outreach.dol_errors {given}")

    assert "violates check constraint" in said
    assert len(said) < 1000
