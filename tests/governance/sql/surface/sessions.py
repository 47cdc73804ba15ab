"""Sessions of logins that are not the console, in one transaction that is taken back at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from outreach_admin.db.rights import sqlroles
from tests.servers import SERVERS

WORKER, VISITOR = "outreach_test_worker", "outreach_test_visitor"
LOGINS = {WORKER: sqlroles.PIPELINE, VISITOR: sqlroles.READER}


class Session:
    """A connection that signs in as whom a test likes."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def become(self, login: str) -> None:
        """Sign in: session_user is that login from here on."""
        text = sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(login))
        self.connection.execute("RESET ROLE")
        self.connection.execute("RESET SESSION AUTHORIZATION")
        self.connection.execute(text)

    def owner_does(self, statement: str, *given: Any) -> None:
        self.connection.execute("RESET SESSION AUTHORIZATION")
        self.connection.execute(statement, given)

    def rows(self, statement: str, *given: Any) -> list[tuple[Any, ...]]:
        found = self.connection.execute(statement, given or None)
        return found.fetchall() if found.description else []

    def changed(self, statement: str, *given: Any) -> int:
        return self.connection.execute(statement, given or None).rowcount

    def refused(self, statement: str, *given: Any) -> str:
        """Run what the database refuses, and return what it says."""
        refusal = self._tried(lambda cursor: cursor.execute(statement, given or None))
        return str(refusal or "not refused")

    def refused_copy(self, statement: str, lines: str) -> str:
        """Copy lines that the database refuses, and return what it says."""

        def copying(cursor: psycopg.Cursor) -> None:
            with cursor.copy(statement) as copy:
                copy.write(lines)

        return str(self._tried(copying) or "not refused")

    def code_of(self, statement: str, *given: Any) -> str:
        """Run a statement and return the code of its refusal, empty where it was done."""
        refusal = self._tried(lambda cursor: cursor.execute(statement, given or None))
        return (refusal.sqlstate or "no code") if refusal else ""

    def _tried(self, work: Callable[[psycopg.Cursor], object]) -> psycopg.Error | None:
        """Do it; a refusal takes it back, and is returned."""
        try:
            with self.connection.transaction(), self.connection.cursor() as cursor:
                work(cursor)
        except psycopg.Error as refusal:
            return refusal
        return None


@contextmanager
def session() -> Iterator[Session]:
    """Open one, with the roles of the surface and a login of each."""
    with SERVERS.superuser(SERVERS.database) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            for login, role in LOGINS.items():
                sqlroles.make(cursor, role)
                sqlroles.grant(cursor, role)
                cursor.execute(f"CREATE ROLE {login} LOGIN IN ROLE {role}")
        yield Session(connection)
        connection.rollback()
