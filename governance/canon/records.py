"""What reservations are refused for is kept; where that cannot be now, as soon as it can, while the process lives."""

import atexit
import os
from collections.abc import Callable
from functools import partial
from itertools import count

import structlog
from django.db import InterfaceError, OperationalError

from governance.canon import lookups, threads
from governance.canon.results import ToolViolation
from governance.queries.canon.current import Unknown
from governance.services.canon.background import Background

log = structlog.get_logger(__name__)

# the database is away, or somebody holds a row that this would change
LATER = (Unknown, OperationalError, InterfaceError)
# seconds between two tries, and how many are kept
EVERY = 5.0
MOST = 10_000
NUMBERS = count(1)
Work = Callable[[], object]


class Unrecorded(Background):
    """Violations that could not be kept yet."""

    def say(self) -> None:
        """Keep what can be kept; the first that cannot ends the try."""
        for number, work in self.all().items():
            try:
                _kept(work)
            except LATER:
                log.warning("violations not recorded", violations=len(self.held))
                return
            self.drop(number)

    def pause(self) -> float:
        return EVERY


UNRECORDED = Unrecorded()


def record(violation: ToolViolation, *, actor: str, channel: str) -> None:
    """Keep a violation; that it cannot be kept does not let the call through, and hides no refusal."""
    if not lookups.RECORDERS:
        return
    work = partial(
        lookups.record,
        violation,
        actor=actor,
        channel=channel,
    )
    try:
        _kept(work)
    except LATER as fault:
        log.warning("violation not recorded yet", fault=type(fault).__name__)
        if len(UNRECORDED.held) < MOST:
            UNRECORDED.hold(next(NUMBERS), work)


def _kept(work: Work) -> None:
    """Keep it. Raises what a later try may not raise; whatever else is wrong with it is told in the log."""
    try:
        threads.apart(work)
    except LATER:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, the refusal is told
        log.error("violation not recorded", fault=type(fault).__name__)


def begin_anew() -> None:
    """Leave what a parent process has to keep to it."""
    global UNRECORDED
    UNRECORDED = Unrecorded()


os.register_at_fork(after_in_child=begin_anew)
atexit.register(lambda: UNRECORDED.say())
