"""Places of tools that take so many calls at once: a process that lives keeps those of its calls."""

import os
from datetime import timedelta

import structlog

from governance.queries.canon import apart, current
from governance.services.canon.background import Background

log = structlog.get_logger(__name__)

# how long a place is kept without a word of its process, and seconds between two words
HELD = timedelta(seconds=30)
EVERY = 8.0
KEEP = """WITH kept AS (
        UPDATE governance_toolplace SET until = clock_timestamp() + %s
        WHERE call_id = ANY (%s) RETURNING 1)
    SELECT count(*) FROM kept"""


class Keeper(Background):
    """The calls under way in this process."""

    def say(self) -> None:
        """Say once that these calls are under way."""
        calls = sorted(self.all())
        try:
            apart.ask(KEEP, [HELD, calls])
        except current.Unknown:
            log.warning("places not kept", calls=len(calls))

    def pause(self) -> float:
        return EVERY


KEEPER = Keeper()


def begin_anew() -> None:
    """Leave the calls of a parent process to it."""
    global KEEPER
    KEEPER = Keeper()


os.register_at_fork(after_in_child=begin_anew)
