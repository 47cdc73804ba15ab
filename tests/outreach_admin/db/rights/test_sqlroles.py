"""The commands around the roles for SQL: made, said, signed in as."""

import io
import json
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from outreach_admin.db.rights import sqlroles
from tests.servers import SERVERS

GRANTED = """SELECT DISTINCT d.datname FROM pg_shdepend s
    JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.refobjid
    WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname = %s"""
LOCAL = getattr(SERVERS.embedded, "postgres", None)


@pytest.fixture
def no_roles(committed_db) -> Iterator[None]:
    """The roles as they were not made yet, and gone again afterwards."""
    with SERVERS.superuser(SERVERS.database) as database:
        drop(database)
        yield
        drop(database)


def drop(database: psycopg.Connection) -> None:
    for role in sqlroles.ROLES:
        # what is migrated while the roles are there gives them rights, a template of the tests too
        for (name,) in database.execute(GRANTED, [role]).fetchall():
            with SERVERS.superuser(name) as other:
                other.execute(f"DROP OWNED BY {role}")
        database.execute(f"DROP ROLE IF EXISTS {role}")


def said() -> dict:
    out = io.StringIO()
    call_command("sql_roles", json=True, stdout=out)
    return json.loads(out.getvalue())


def test_an_owner_who_may_make_no_roles_is_told_who_can(no_roles):
    with pytest.raises(CommandError, match="CREATE ROLE outreach_reader; CREATE ROLE"):
        call_command("sql_roles")


def test_roles_that_somebody_made_get_their_rights(no_roles):
    with SERVERS.superuser() as database:
        for role in sqlroles.ROLES:
            database.execute(f"CREATE ROLE {role}")

    found = said()

    assert found["made"] == []
    rights = {(one["role"], one["right"], one["on"]) for one in found["granted"]}
    assert ("outreach_pipeline", "INSERT, UPDATE, DELETE", "people.people_errors") in rights
    assert ("outreach_reader", "SELECT", "shq.vw_promotion_readiness") in rights
    assert not [one for one in rights if one[0] == "outreach_reader" and "INSERT" in one[1]]
    shown = io.StringIO()
    call_command("sql_roles", stdout=shown)
    assert len(shown.getvalue().splitlines()) == len(sqlroles.ROLES) + len(rights)
    assert "\n  outreach_reader: SELECT on outreach.dol\n" in shown.getvalue()


@pytest.mark.local_servers
def test_on_local_servers_they_are_made_and_sign_in(no_roles):
    local = LOCAL
    with override_settings(LOCAL_POSTGRES=local):
        found = said()
        assert said()["made"] == []

    assert found["made"] == list(sqlroles.ROLES)
    words = local.connection(sqlroles.PIPELINE, SERVERS.database)
    with psycopg.connect(**words) as pipeline:
        assert pipeline.execute("UPDATE outreach.dol SET ein = NULL").rowcount == 0
        assert pipeline.execute("SELECT session_user").fetchone() == (sqlroles.PIPELINE,)


def test_a_shell_as_somebody_is_of_the_local_servers(db):
    for asked in (["--as", "pipeline"], ["--address"]):
        with pytest.raises(CommandError, match="are of the local servers"):
            call_command("dbshell", *asked)


@pytest.mark.local_servers
def test_a_shell_opens_as_whom_it_is_asked(no_roles, capfd, monkeypatch):
    database = connections["default"]
    monkeypatch.setattr(database, "settings_dict", dict(database.settings_dict))
    monkeypatch.setattr(database.client, "executable_name", "psql")
    with override_settings(LOCAL_POSTGRES=LOCAL):
        with pytest.raises(CommandError, match="There is no role outreach_reader yet"):
            call_command("dbshell", "--as", "reader")
        call_command("dbshell", "--as", "owner", "--", "-Atc", "SELECT session_user")

        call_command("dbshell", "--as", "owner", "--address")

    signed_in, address, _ = capfd.readouterr().out.split("\n")
    assert signed_in == "outreach_owner"
    with psycopg.connect(address) as program:
        assert program.execute("SELECT session_user, current_database()").fetchone() == (
            "outreach_owner",
            SERVERS.database,
        )
