"""Who holds the lock that a session waits for."""

from dataclasses import dataclass
from datetime import datetime

from django.db.backends.utils import CursorWrapper

UNKNOWN = "another session"
# names of sessions of others are everybody's to see, their ages with pg_read_all_stats alone
BLOCKING = """SELECT a.usename, a.application_name, a.xact_start, w.locktype = 'relation'
    FROM pg_locks w
    CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b (pid)
    LEFT JOIN pg_stat_activity a ON a.pid = b.pid
    WHERE w.pid = %s AND NOT w.granted
    ORDER BY a.xact_start, b.pid LIMIT 1"""


@dataclass(frozen=True)
class Holder:
    """A session that holds a lock: its user and application, begun `since`; `is_table` when a whole table is locked."""

    who: str = UNKNOWN
    since: datetime | None = None
    is_table: bool = False

    def __str__(self) -> str:
        return f"{self.who} since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else self.who


def holder(cursor: CursorWrapper, *, pid: int) -> Holder | None:
    """Return who keeps the session `pid` waiting now, the one at it for longest; None when nobody does."""
    cursor.execute(BLOCKING, [pid])
    found = cursor.fetchone()
    if found is None:
        return None
    user, application, since, is_table = found
    if user is None:
        return Holder("a prepared transaction", None, is_table)
    return Holder("/".join(filter(None, (user, application))), since, is_table)
