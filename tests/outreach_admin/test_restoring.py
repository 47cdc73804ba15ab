"""What a test that commits may leave behind, and how it is put back."""

import pytest
from django.db import connections

from governance.models import HubError
from tests import make
from tests.restoring import Pristine
from tests.servers import SERVERS

# each is seen by something else than rows
DEEDS = {
    "a table": "CREATE TABLE public.one_more (id int)",
    "a column": "ALTER TABLE governance_huberror ADD one_more int",
    "a right": "GRANT SELECT ON governance_token TO PUBLIC",
    "a function": "ALTER FUNCTION governance.message_key(text) COST 7",
    "a trigger": "ALTER TABLE governance_event DISABLE TRIGGER ALL",
    "statistics": "ANALYZE governance_hub",
    "a schema": "CREATE SCHEMA one_more",
    "a row that was there": "UPDATE governance_hub SET name = name || '!'",
    "a row that is gone": "DELETE FROM django_migrations WHERE app = 'sessions'",
    "a large table": """INSERT INTO governance_errorpattern (key, body)
        SELECT sha256(n::text::bytea), repeat('word ', 100) FROM generate_series(1, 10000) n""",
}


def restored() -> bool:
    connections.close_all()
    assert SERVERS.pristine
    with SERVERS.superuser(SERVERS.database) as connection:
        return SERVERS.pristine.restore(connection)


def begin_anew() -> None:
    """Work in a fresh copy: one that the server has swept since its making is not put back in place."""
    connections.close_all()
    SERVERS.clone()


def is_pristine() -> bool:
    """Whether rows and numbers are as migrated; the server may sweep a copy at any moment, which its statistics show.

    An emptied table keeps its room where the server itself is at it.
    """
    with SERVERS.superuser(SERVERS.database) as connection:
        now = Pristine.of(connection)
    assert SERVERS.pristine
    before = SERVERS.pristine
    return (filled(now), now.sequences) == (filled(before), before.sequences)


def filled(state: Pristine) -> dict[str, list[str]]:
    """Where rows lie, by table."""
    return {name: places for name, places in state.rows.items() if places}


def test_rows_of_every_kind_are_gone_and_numbers_begin_anew(committed_db):
    # the server may sweep any copy, which is then not put back in place
    for _ in range(5):
        begin_anew()
        make.error()
        number = make.operation().pk
        if restored():
            break

    assert is_pristine()
    assert not HubError.objects.exists()
    assert make.operation().pk == number


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_cannot_be_put_back_is_left_to_a_copy(committed_db, deed):
    with SERVERS.superuser(SERVERS.database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(deed.encode())

    assert not restored()
    SERVERS.restore()
    assert is_pristine()


def test_whoever_is_still_there_is_sent_away(committed_db):
    begin_anew()
    make.error()
    holder = SERVERS.superuser(SERVERS.database)
    holder.autocommit = False
    holder.execute("LOCK TABLE governance_huberror")

    # in place, or by a copy where the server has swept this one
    connections.close_all()
    SERVERS.restore()

    assert not HubError.objects.exists()
    holder.close()
