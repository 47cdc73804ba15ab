"""Places of tools that take so many calls at once: a process that lives keeps those of its calls."""

import os
import threading
from datetime import timedelta

import structlog

from governance.queries.canon import apart, current

log = structlog.get_logger(__name__)

# how long a place is kept without a word of its process, and seconds between two words
HELD = timedelta(seconds=30)
EVERY = 8.0
KEEP = """WITH kept AS (
        UPDATE governance_toolplace SET until = clock_timestamp() + %s
        WHERE call_id = ANY (%s) RETURNING 1)
    SELECT count(*) FROM kept"""


class Keeper:
    """The calls under way in this process, and the thread that says so while there are any."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: set[int] = set()
        self.is_over = threading.Event()
        self.thread: threading.Thread | None = None

    def keep(self, call: int) -> None:
        """Keep the place of a call until it is left."""
        with self.lock:
            self.calls.add(call)
            if self.thread is None:
                self.is_over.clear()
                self.thread = threading.Thread(target=self._run, daemon=True)
                self.thread.start()

    def leave(self, call: int) -> None:
        """Keep it no longer: the call has ended."""
        with self.lock:
            self.calls.discard(call)
            if not self.calls:
                self.is_over.set()

    def say(self) -> None:
        """Say once that these calls are under way."""
        try:
            apart.ask(KEEP, [HELD, sorted(self.calls)])
        except current.Unknown:
            log.warning("places not kept", calls=len(self.calls))

    def _run(self) -> None:
        while not self._is_done():
            if not self.is_over.wait(EVERY):
                self.say()

    def _is_done(self) -> bool:
        with self.lock:
            if self.calls:
                self.is_over.clear()
                return False
            self.thread = None
            return True


KEEPER = Keeper()


def begin_anew() -> None:
    """Leave the calls of a parent process to it."""
    global KEEPER
    KEEPER = Keeper()


os.register_at_fork(after_in_child=begin_anew)
