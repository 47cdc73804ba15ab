"""Who holds the lock that a session waits for."""

from datetime import UTC, datetime
from threading import Thread

import pytest
from django.db import connection, connections

from governance.models import HubError
from governance.queries.operations import locks
from tests import make
from tests.browser import wait_for
from tests.governance.reading import reading
from tests.governance.services.operations import broken


def holder_of(pid):
    with reading(), connection.cursor() as cursor:
        return locks.holder(cursor, pid=pid)


@pytest.mark.parametrize("lock", ["row", "table"])
def test_the_holder_is_named_with_the_beginning_of_its_transaction(committed_db, lock):
    error = make.error()
    waiting = {}

    def wait():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (waiting["pid"],) = cursor.fetchone()
            HubError.objects.filter(pk=error.pk).update(owner="Platform team")
        finally:
            connections.close_all()

    thread = Thread(target=wait)
    given = [broken.TABLE] if lock == "table" else [broken.ROW, [error.pk]]
    with broken.held(*given):
        thread.start()
        found = wait_for(lambda: "pid" in waiting and holder_of(waiting["pid"]), seconds=10)
    thread.join(10)

    assert found.who == f"outreach_owner/{broken.NIGHTLY}"
    assert found.is_table == (lock == "table")
    assert found.since <= datetime.now(UTC)
    assert holder_of(waiting["pid"]) is None


def test_a_holder_whose_beginning_nobody_may_see_is_still_named():
    since = datetime(2026, 1, 5, 9, 14, 3, tzinfo=UTC)

    assert str(locks.Holder("ana/psql", since)) == "ana/psql since 2026-01-05 09:14:03 UTC"
    assert str(locks.Holder("ana/psql")) == "ana/psql"
    assert str(locks.Holder()) == "another session"
