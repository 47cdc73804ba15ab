"""Rows that make the statement fail which changes them, and sessions that hold locks on rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from governance.models import Operation
from governance.services.operations import plans, steering
from tests import make
from tests.servers import OWNER, SERVERS

NIGHTLY = "nightly load"


def owner() -> psycopg.Connection:
    """Connect as who owns the tables, under a name that pages can tell."""
    return psycopg.connect(SERVERS.url(OWNER, SERVERS.database), application_name=NIGHTLY)


def running(rows, *, verb="park", **asked) -> Operation:
    """An operation over these rows that has been started."""
    asked = asked or {"reason": "DATA_QUALITY"}
    operation = plans.make(verb, errors=rows, by=make.triager(), **asked)
    steering.start(operation, by=operation.requester)
    return operation


def poison(rows, act: str) -> None:
    """Let the database do `act` (plpgsql) whenever one of these errors is changed."""
    keys = ", ".join(f"'{row.pk}'" for row in rows)
    with owner() as connection:
        connection.execute(
            f"""CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF OLD.id = ANY (ARRAY[{keys}]::uuid[]) THEN {act}; END IF;
                RETURN coalesce(NEW, OLD); END $$"""
        )
        connection.execute(
            """CREATE TRIGGER poison BEFORE UPDATE OR DELETE ON governance_huberror
            FOR EACH ROW EXECUTE FUNCTION poison()"""
        )


def cure() -> None:
    """Take the poison away."""
    with owner() as connection:
        connection.execute("DROP TRIGGER poison ON governance_huberror")


def refuse(rows) -> None:
    """Let a constraint refuse that these errors are parked."""
    keys = ", ".join(f"'{row.pk}'" for row in rows)
    with owner() as connection:
        connection.execute(
            f"""ALTER TABLE governance_huberror ADD CONSTRAINT not_these
            CHECK (disposition <> 'PARKED' OR id NOT IN ({keys}))"""
        )


@contextmanager
def held(lock: str, *given) -> Iterator[psycopg.Connection]:
    """Hold a lock in another session for the length of a block."""
    with owner() as other:
        other.execute(lock, given)
        yield other
        other.rollback()


ROW = "SELECT FROM governance_huberror WHERE id = ANY (%s) FOR UPDATE"
COMPANY = "SELECT FROM governance_readiness WHERE outreach_id = %s FOR UPDATE"
TABLE = "LOCK TABLE governance_huberror IN ACCESS EXCLUSIVE MODE"
COUNTER = "LOCK TABLE governance_errorcount IN EXCLUSIVE MODE"
