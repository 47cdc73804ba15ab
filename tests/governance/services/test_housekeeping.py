"""The house is kept by one worker at a time, each chore for itself."""

import threading
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from django.db import connection, connections
from django.utils import timezone

from governance.models import Approval, Operation
from governance.services import housekeeping
from governance.services.operations import plans
from tests import make
from tests.governance.services.approvals.asked import requested
from tests.servers import OWNER, SERVERS


def fail() -> None:
    raise RuntimeError("no")


@pytest.mark.django_db
@pytest.mark.parametrize("broken", housekeeping.CHORES)
def test_a_chore_that_fails_is_named_and_the_others_are_done(monkeypatch, broken):
    done = []
    for name in housekeeping.CHORES:
        chore = fail if name == broken else partial(done.append, name)
        monkeypatch.setitem(housekeeping.CHORES, name, chore)

    problems = housekeeping.keep()

    assert problems == [f"{broken} fails: RuntimeError"]
    assert done == [name for name in housekeeping.CHORES if name != broken]


@pytest.mark.usefixtures("committed_db")
def test_the_house_is_never_kept_twice_at_once():
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [housekeeping.HOUSE])
        at_once = housekeeping.keep()
        # the server ends a closed session in its own time
        other.execute("SELECT pg_advisory_unlock(%s)", [housekeeping.HOUSE])

    assert (at_once, housekeeping.keep(), housekeeping.keep()) == (None, [], [])


@pytest.mark.usefixtures("committed_db")
def test_a_worker_that_kept_house_lets_the_next_one_do_it():
    found = []

    def elsewhere() -> None:
        found.append(housekeeping.keep())
        connections.close_all()

    housekeeping.keep()
    another = threading.Thread(target=elsewhere)
    another.start()
    another.join()

    assert found == [[]]


@pytest.mark.usefixtures("committed_db")
def test_a_stuck_lock_keeps_neither_the_house_nor_the_next_plan_from_expiring():
    lapsed = requested()
    held, free = (
        plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")
        for _ in range(2)
    )
    past = timezone.now() - timedelta(minutes=1)
    Operation.objects.filter(pk__in=[held.pk, free.pk]).update(expires_at=past)
    Approval.objects.update(expires_at=past)

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT FROM governance_operation WHERE id = %s FOR UPDATE", [held.pk])
        problems = housekeeping.keep()

    for row in (lapsed, held, free):
        row.refresh_from_db()
    assert (problems, lapsed.state, held.state, free.state) == ([], "expired", "planned", "expired")


@pytest.mark.django_db
def test_nothing_of_housekeeping_binds_what_comes_after():
    housekeeping.keep()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)
