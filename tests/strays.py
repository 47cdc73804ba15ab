"""What code under test writes by connections of its own, past the transaction that a test rolls back, or would write later."""

import threading

from django.db import connections
from django.db.backends.signals import connection_created

from governance.canon import records
from governance.queries.canon import apart, current
from governance.services.canon import untold
from tests.servers import SERVERS

WRITTEN = threading.Event()


def _note(**_: object) -> None:
    if threading.current_thread() is not threading.main_thread():
        WRITTEN.set()


connection_created.connect(_note)


def is_any() -> bool:
    """Whether somebody but the test itself may have committed."""
    return WRITTEN.is_set() or bool(apart.POOL.idle)


def restore() -> None:
    """Leave this process's database as migrated, with nobody who would write into it, and no memory of what was there."""
    connections.close_all()
    for told in (records.UNRECORDED, untold.UNTOLD):
        for number in told.all():
            told.drop(number)
    apart.forget()
    WRITTEN.clear()
    SERVERS.restore()
    # it holds for a second, and was of the database that is gone
    current.forget()
