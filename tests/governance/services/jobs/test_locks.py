"""One session holds a job; its end frees it, and a silent one ends."""

import pytest

from governance.services.jobs import locks
from outreach_admin.db.connections import apart

pytestmark = pytest.mark.django_db


def test_a_family_is_held_once_and_free_afterwards():
    with locks.held("sweep") as mine, locks.held("sweep") as other, locks.held("dust") as apart_:
        assert (mine, other, apart_) == (True, False, True)
        assert not locks.is_free("sweep")

    assert locks.is_free("sweep")


def test_it_is_free_once_its_session_has_ended(monkeypatch):
    made = []
    monkeypatch.setattr(locks, "apart", lambda: made.append(apart()) or made[-1])
    with locks.held("sweep"):
        (session,) = made
        with apart().cursor() as other:
            pid = session.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            other.execute("SELECT pg_try_advisory_lock(governance.jobs_lock('sweep'))")
            assert other.fetchone() == (True,)
            other.connection.close()


def test_a_session_that_says_nothing_is_ended_by_the_server(monkeypatch):
    monkeypatch.setattr(locks, "SILENCE", "50ms")
    monkeypatch.setattr(locks, "BEAT_SECONDS", 60.0)

    with locks.held("sweep") as mine, apart().cursor() as other:
        assert mine
        other.execute("SELECT pg_advisory_lock(governance.jobs_lock('sweep'))")
        other.connection.close()
