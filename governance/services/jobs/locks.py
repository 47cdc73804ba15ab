"""The lock of a job: one session holds it over all transactions of a run, and it ends with its process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper

from outreach_admin.db.connections import apart

log = structlog.get_logger(__name__)

BEAT_SECONDS = 5.0
# a process that stands still holds a job no longer than that
SILENCE = "30s"


@contextmanager
def held(family: str) -> Iterator[bool]:
    """Hold the lock of a family of jobs for the length of a block; False while somebody else has it.

    The session is one of its own, outside of any pool, and says every few seconds that it lives.
    """
    own = apart()
    try:
        is_mine = _take(own, family)
        stopping = threading.Event()
        beating = threading.Thread(target=_beat, args=(own, stopping), name="job-lock", daemon=True)
        if is_mine:
            beating.start()
        try:
            yield is_mine
        finally:
            stopping.set()
            if is_mine:
                beating.join()
                _give_back(own, family)
    finally:
        own.close()


def is_free(family: str) -> bool:
    """Say whether nobody holds it now."""
    with held(family) as mine:
        return mine


def _take(own: BaseDatabaseWrapper, family: str) -> bool:
    # the keeper's thread uses it as well, one at a time
    own.inc_thread_sharing()
    with own.cursor() as cursor:
        cursor.execute("SELECT set_config('idle_session_timeout', %s, false)", [SILENCE])
        cursor.execute("SELECT pg_try_advisory_lock(governance.jobs_lock(%s))", [family])
        return bool(cursor.fetchone()[0])


def _give_back(own: BaseDatabaseWrapper, family: str) -> None:
    """Free it now: the server notices that a session was closed when it comes to it."""
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(governance.jobs_lock(%s))", [family])
    except (DatabaseError, InterfaceError) as reason:
        log.warning("lock of a job lost", reason=str(reason))


def _beat(own: BaseDatabaseWrapper, stopping: threading.Event) -> None:
    while not stopping.wait(BEAT_SECONDS):
        try:
            with own.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError) as reason:
            log.warning("lock of a job lost", reason=str(reason))
            return
