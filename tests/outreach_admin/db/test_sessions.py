"""Whatever somebody made the default of database or role, the console works as ever."""

import shlex

import pytest
from django.db import connection, connections, transaction
from psycopg import sql

from governance.models import HubError
from governance.services.operations import plans, runner
from outreach_admin.db import connections as opened
from outreach_admin.db import sessions
from tests import make
from tests.governance import facts
from tests.servers import OWNER, RUNNING, SERVERS

HOSTILE = {
    "search_path": "pg_catalog",
    "datestyle": "German, DMY",
    "intervalstyle": "iso_8601",
    "timezone": "Asia/Kolkata",
    "bytea_output": "escape",
    "extra_float_digits": "-10",
    "standard_conforming_strings": "off",
    "transform_null_equals": "on",
    "quote_all_identifiers": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "default_transaction_deferrable": "on",
    "statement_timeout": "1ms",
    "lock_timeout": "1ms",
    "idle_in_transaction_session_timeout": "1ms",
    "idle_session_timeout": "1ms",
    "gin_fuzzy_search_limit": "1",
}
NEWER = {170000: {"transaction_timeout": "1ms"}}


def hostile() -> dict[str, str]:
    """What this server lets somebody set."""
    known = dict(HOSTILE)
    for version, more in NEWER.items():
        known |= more if connection.cursor().connection.info.server_version >= version else {}
    return known


@pytest.fixture
def others_settings(committed_db):
    """Somebody's defaults for this database; gone with it."""
    wanted = hostile()
    alter = "ALTER ROLE {} IN DATABASE {} SET {} TO {}"
    with SERVERS.superuser() as superuser:
        for role in (OWNER, RUNNING):
            for name, value in wanted.items():
                names = map(sql.Identifier, (role, SERVERS.database, name))
                # a path is a list of names, not one that holds a comma
                superuser.execute(sql.SQL(alter).format(*names, sql.Literal(value)))
    connections.close_all()
    return wanted


def settings_of(one) -> dict[str, str]:
    with one.cursor() as cursor:
        found = {}
        for name in hostile():
            cursor.execute(sql.SQL("SHOW {}").format(sql.Identifier(name)))
            found[name] = cursor.fetchone()[0]
    return found


def test_every_setting_of_ours_is_tried_against_another():
    assert set(HOSTILE) == set(sessions.OWN)


def test_a_session_has_our_settings(others_settings):
    ours = sessions.OWN | dict.fromkeys(others_settings.keys() - sessions.OWN.keys(), "0")

    assert settings_of(connection) == ours


def test_a_connection_beside_the_request_has_them_too(others_settings):
    own = opened.apart()
    try:
        assert settings_of(own) == settings_of(connection)
    finally:
        own.close()


def test_they_come_back_after_a_reset(others_settings):
    with connection.cursor() as cursor:
        cursor.execute("RESET ALL")

        cursor.execute("SHOW search_path")

        assert cursor.fetchone() == (sessions.PATH,)


def test_errors_are_filed_and_an_operation_runs(others_settings):
    errors = make.errors(20)
    operation = plans.make("park", errors=errors, by=make.triager(), reason="DATA_QUALITY")

    runner.run(operation)

    assert facts.applied(operation) == {error.pk for error in errors}
    assert {error.created_at.tzname() for error in HubError.objects.all()} == {"UTC"}


def test_what_the_address_of_the_database_says_wins():
    assert sessions.options("-c lock_timeout=5s") == f"{sessions.options()} -c lock_timeout=5s"


def test_blanks_in_a_value_do_not_end_it():
    assert r"-c default_transaction_isolation=read\ committed" in sessions.options()
    assert len(shlex.split(sessions.options())) == 2 * len(sessions.OWN)


@pytest.mark.usefixtures("committed_db")
def test_memory_that_is_given_is_given_back_at_the_end():
    with connection.cursor() as cursor, transaction.atomic():
        sessions.give_memory(cursor, megabytes=77)
        given = memory(cursor)
    with connection.cursor() as cursor:
        assert given == "77MB" != memory(cursor)


def memory(cursor) -> str:
    cursor.execute("SHOW work_mem")
    return str(cursor.fetchone()[0])


def test_a_server_that_is_silent_is_given_up():
    given = connection.get_connection_params()

    assert sessions.NETWORK.items() <= given.items()
