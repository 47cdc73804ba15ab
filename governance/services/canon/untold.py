"""How calls ended, where the ledger was away: it is told when it is back, as long as the process lives."""

import atexit
import os
from collections.abc import Sequence
from typing import Any

import structlog

from governance.queries.canon import apart, current
from governance.services.canon.background import Background

log = structlog.get_logger(__name__)

# seconds between two tries, and of how many calls it is kept
EVERY = 5.0
MOST = 10_000
SETTLE = "SELECT governance.settle_call(%s, %s, %s, %s, %s, %s)"


class Untold(Background):
    """Ends of calls that the ledger does not know yet."""

    def keep(self, call: int, said: Sequence[Any]) -> None:
        """Tell it later; what is too much is left out, and that call counts as made."""
        if len(self.held) < MOST:
            self.hold(call, said)
        else:
            log.error("call not settled", call=call, status=said[0])

    def say(self) -> None:
        """Tell what can be told; the first that cannot ends the try."""
        for call, said in self.all().items():
            try:
                apart.ask(SETTLE, [call, *said])
            except current.Unknown:
                log.warning("calls not settled", calls=len(self.held))
                return
            self.drop(call)

    def pause(self) -> float:
        return EVERY


UNTOLD = Untold()


def tell(call: int, said: Sequence[Any]) -> None:
    """Settle a call, once the ledger can be reached."""
    try:
        apart.ask(SETTLE, [call, *said])
    except current.Unknown:
        log.warning("call not settled yet", call=call, status=said[0])
        UNTOLD.keep(call, said)


def begin_anew() -> None:
    """Leave what a parent process has to tell to it."""
    global UNTOLD
    UNTOLD = Untold()


os.register_at_fork(after_in_child=begin_anew)
# before the connections are closed: what is registered last runs first
atexit.register(lambda: UNTOLD.say())
