"""A second pair of eyes: while a statement waits for a lock, nobody but another session can see whose it is."""

from threading import Event, Thread
from types import TracebackType

import structlog
from django.db import Error

from governance.queries.operations import locks
from outreach_admin.db.connections import apart

log = structlog.get_logger(__name__)
LOOK_SECONDS = 0.02


class Lookout:
    """Note, from a connection of its own, who keeps the session `pid` waiting, for the length of a block.

    `holder` is the last one seen. Where it cannot look, it says so in the log and the holder stays unknown.
    """

    def __init__(self, pid: int) -> None:
        self.holder: locks.Holder | None = None
        self._pid = pid
        self._begun, self._ended = Event(), Event()
        self._thread = Thread(target=self._look, name="lookout", daemon=True)

    def __enter__(self) -> "Lookout":
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        own = apart()
        try:
            with own.cursor() as cursor:
                self._begun.set()
                while not self._ended.wait(LOOK_SECONDS):
                    self.holder = locks.holder(cursor, pid=self._pid) or self.holder
        except Error as problem:
            log.warning("cannot see who holds a lock", reason=str(problem))
        finally:
            self._begun.set()
            own.close()
