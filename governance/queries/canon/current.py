"""Which canon is in force and what is stopped, as this process knows it: at most a second old.

Read on a connection of its own that commits each statement, so that neither an open transaction of
the caller nor one that failed hides what others have committed; and without Django's connection,
so that it can be asked where an event loop runs. Whoever cannot know is told so: `Unknown`.
"""

import atexit
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
import structlog
from django.db import connection

from governance.models.canon.switches import ALL
from governance.toolbox import reading
from governance.toolbox.entries import Canon, Tool

log = structlog.get_logger(__name__)

# seconds, counted from before the question was sent
LASTS = 1.0
TRIES = 2
# after a failure the next ones are told at once for so long
DOUBT_LASTS = 0.2
LONGEST = "-c statement_timeout=900"
PATIENCE = {"connect_timeout": 2, "tcp_user_timeout": 1000}
IN_FORCE = """SELECT v.id, v.sha256,
        (SELECT jsonb_object_agg(s.tool, s.reason)
         FROM governance_killswitch s WHERE s.released_at IS NULL),
        (SELECT jsonb_agg(jsonb_build_array(p.tools, p.hubs))
         FROM governance_approvalpolicy p
         WHERE p.is_active AND p.subject = 'tool_call' AND p.tools || p.hubs <> '{}')
    FROM governance_canonversion v
    WHERE v.enforced_at IS NOT NULL
    ORDER BY v.enforced_at DESC
    LIMIT 1"""
TEXT = "SELECT text FROM governance_canonversion WHERE id = %s"
AWAY = "The database does not answer, so nobody knows what is allowed now. Try again in a moment."
NONE_IN_FORCE = "No canon is in force. Run `manage.py migrate`, or put a version in force."
NOT_UNDERSTOOD = "This version of the console does not understand the canon in force: {}"


class Unknown(Exception):  # noqa: N818 - it is an answer: nothing may be called
    """What is allowed cannot be known now: every call is stopped."""


class Asks(NamedTuple):
    """Calls that a policy asks a person for: of these slugs, for these hubs; of all where it names none."""

    tools: frozenset[str]
    hubs: frozenset[str]

    def covers(self, tool: Tool, hub_id: str) -> bool:
        is_tool = not self.tools or tool.slug in self.tools
        return is_tool and (not self.hubs or hub_id in self.hubs)


@dataclass(frozen=True, slots=True)
class InForce:
    """A canon and the reasons why tools are stopped, by slug; that of all tools under the empty one.

    `asks` are the calls that approval policies name beside the canon.
    """

    canon: Canon
    stops: Mapping[str, str]
    asks: tuple[Asks, ...] = ()

    def needs_approval(self, tool: Tool, hub_id: str) -> bool:
        """Whether a person must agree to each call of this tool for this hub, by the canon or by a policy."""
        if self.canon.needs_approval(tool, hub_id):
            return True
        return any(one.covers(tool, hub_id) for one in self.asks)

    def stop_of(self, tool: Tool | None) -> str:
        """Say why no call of this tool is made now; empty where it is not stopped."""
        if not self.stops:
            return ""
        if ALL in self.stops:
            return f"All tools are stopped: {self.stops[ALL]}"
        if tool and tool.slug in self.stops:
            return f"{tool} is stopped: {self.stops[tool.slug]}"
        return ""


class Knowledge:
    """What one process holds; threads share it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: psycopg.Connection[Any] | None = None
        # until when it holds, and what it is: the words of a doubt, where it could not be read
        self.held: tuple[float, InForce | str] = (0.0, AWAY)
        self.asked_at = 0.0
        self.canon: Canon | None = None

    def ask(self) -> InForce:
        """Return what is in force; raises Unknown."""
        until, found = self.held
        if time.monotonic() >= until:
            found = self.refreshed()
        if isinstance(found, str):
            raise Unknown(found)
        return found

    def refreshed(self) -> InForce | str:
        """Read it anew, unless another thread just has."""
        with self.lock:
            until, found = self.held
            # an answer that was long under way is older than it may be: connecting and compiling come once
            for _ in range(TRIES):
                if time.monotonic() < until:
                    return found
                found = self.found()
                until = self.holds_until(found)
                self.held = (until, found)
            return found if time.monotonic() < until else AWAY

    def holds_until(self, found: InForce | str) -> float:
        """Say until when an answer holds: what is in force ages from the moment of the question."""
        if isinstance(found, str):
            return time.monotonic() + DOUBT_LASTS
        return self.asked_at + LASTS

    def found(self) -> InForce | str:
        """Read it, once more where the connection was lost meanwhile; a text says why it cannot be."""
        was_open = self.connection is not None
        try:
            try:
                return self.read()
            except psycopg.OperationalError:
                self.close()
                if not was_open:
                    raise
                return self.read()
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
            return NONE_IN_FORCE
        except psycopg.Error as fault:
            self.close()
            log.warning("canon not read", fault=type(fault).__name__)
            return AWAY
        except reading.CanonUnread as unread:
            log.error("canon not understood", problems=len(unread.problems))
            return NOT_UNDERSTOOD.format(unread.problems[0])

    def read(self) -> InForce | str:
        if self.connection is None:
            self.connection = connected()
        self.asked_at = time.monotonic()
        row = self.connection.execute(IN_FORCE).fetchone()
        if row is None:
            return NONE_IN_FORCE
        id, sha256, stops, asks = row
        if self.canon is None or self.canon.sha256 != sha256:
            self.canon = self.compiled(id)
        return InForce(self.canon, stops or {}, _asks(asks))

    def compiled(self, id: int) -> Canon:
        assert self.connection is not None
        found = self.connection.execute(TEXT, [id]).fetchone()
        assert found is not None
        return reading.read(found[0], name="the canon in force")

    def forget(self) -> None:
        """Ask the database at the next question, whenever that is."""
        with self.lock:
            self.held = (0.0, AWAY)

    def close(self) -> None:
        lost, self.connection = self.connection, None
        if lost is not None:
            lost.close()


def _asks(rows: list[list[list[str]]] | None) -> tuple[Asks, ...]:
    return tuple(Asks(frozenset(tools), frozenset(hubs)) for tools, hubs in rows or ())


def connected() -> psycopg.Connection[Any]:
    """Connect as the console does, outside of its pool."""
    given = connection.get_connection_params()
    # how Django wants values read is of no use here
    given.pop("context", None)
    options = f"{given.get('options', '')} {LONGEST}".strip()
    own = {
        "autocommit": True,
        "options": options,
        "cursor_factory": psycopg.Cursor,
        **PATIENCE,
    }
    return psycopg.connect(**{**given, **own})


KNOWLEDGE = Knowledge()
# kept, so that no child closes a connection that is its parent's
INHERITED: list[Knowledge] = []


def ask() -> InForce:
    """Return the canon in force and what is stopped, at most a second old. Raises Unknown."""
    return KNOWLEDGE.ask()


def forget() -> None:
    """Let the next question of this process ask the database: something has just changed."""
    KNOWLEDGE.forget()


def begin_anew() -> None:
    """Leave what a parent process holds to it: a lock may be held there, a connection is in use."""
    global KNOWLEDGE
    INHERITED.append(KNOWLEDGE)
    KNOWLEDGE = Knowledge()


os.register_at_fork(after_in_child=begin_anew)
atexit.register(lambda: KNOWLEDGE.close())
