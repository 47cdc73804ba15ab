"""Whether people have agreed to a call, as the guard looks it up: on a connection of its own, whatever the caller has open."""

import atexit
import os
import threading
from collections.abc import Mapping
from typing import Any

import psycopg

from governance.queries.canon import current
from governance.toolbox import digests
from governance.toolbox.entries import Tool

LIVE = """SELECT EXISTS (
    SELECT FROM governance_approval a
    WHERE a.plan_hash = %s AND a.asked_call_id IS NOT NULL
      AND a.state = 'approved' AND a.expires_at > clock_timestamp()
      AND governance.votes_that_count(a) >= (a.policy ->> 'quorum')::int)"""


class Line:
    """A connection of this process, for one question at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: psycopg.Connection[Any] | None = None

    def is_live(self, digest: str) -> bool:
        """Ask, once more where the connection was lost meanwhile. Raises psycopg.Error."""
        with self.lock:
            was_open = self.connection is not None
            try:
                return self._asked(digest)
            except psycopg.Error:
                self.close()
                if not was_open:
                    raise
                return self._asked(digest)

    def _asked(self, digest: str) -> bool:
        if self.connection is None:
            self.connection = current.connected()
        row = self.connection.execute(LIVE, [digest]).fetchone()
        return bool(row and row[0])

    def close(self) -> None:
        """Let the next question connect anew."""
        lost, self.connection = self.connection, None
        if lost is not None:
            lost.close()


LINE = Line()
# kept, so that no child closes a connection that is its parent's
INHERITED: list[Line] = []


def is_agreed(
    tool: Tool,
    hub_id: str,
    entity: str | None,
    facts: Mapping[str, Any],
) -> bool:
    """Whether a live approval of exactly this call stands that no call has spent. Raises Unknown where nobody can tell."""
    digest = digest_of(tool, hub_id, entity, facts)
    if digest is None:
        return False
    try:
        return LINE.is_live(digest)
    except psycopg.Error as fault:
        raise current.Unknown(current.AWAY) from fault


def digest_of(
    tool: Tool,
    hub_id: str,
    entity: str | None,
    facts: Mapping[str, Any],
) -> str | None:
    """Return the digest of a call under the canon in force; None for one that nobody can agree to. Raises Unknown."""
    if entity is None:
        return None
    try:
        told = digests.facts_of(facts)
    except digests.Unwritten:
        return None
    return digests.digest(tool, hub_id, entity, told, current.ask().canon.version)


def begin_anew() -> None:
    """Leave what a parent process holds to it."""
    global LINE
    INHERITED.append(LINE)
    LINE = Line()


os.register_at_fork(after_in_child=begin_anew)
atexit.register(lambda: LINE.close())
