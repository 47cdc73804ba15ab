"""While the console is served, a local server that ends by itself is started again."""

import time
from collections.abc import Callable

from outreach_admin.embedded import EmbeddedServers
from outreach_admin.exceptions import ServerRefused

EVERY_SECONDS = 2
PAUSE_SECONDS = 30


class Watch:
    """Looks at the servers every 2 s and starts one that is gone twice running; a start that is refused is tried again after 30 s."""

    def __init__(self, servers: EmbeddedServers, *, say: Callable[[str], None]) -> None:
        self.servers = servers
        self.say = say
        self.due = 0.0
        self.gone: list[str] = []

    def look(self) -> None:
        """Start what has ended. Call it as often as you like; the caller must be a user of the servers."""
        if time.monotonic() < self.due:
            return
        before, self.gone = self.gone, self.servers.gone()
        wait = EVERY_SECONDS
        # once may be a moment of weakness: a start ends a server that runs and does not answer
        if lost := [name for name in self.gone if name in before]:
            wait = self._start(lost)
        self.due = time.monotonic() + wait

    def _start(self, lost: list[str]) -> int:
        try:
            self.servers.start_again()
        except ServerRefused as refusal:
            self.say(f"{refusal} Tried again in {PAUSE_SECONDS} s.")
            return PAUSE_SECONDS
        self.say(f"{' and '.join(lost)} had ended, started again")
        return EVERY_SECONDS
