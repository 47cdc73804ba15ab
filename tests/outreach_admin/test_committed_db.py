"""Tests that commit for real leave nothing behind."""

import psycopg
import pytest
from django.contrib.auth.models import User

from governance.canon import records, threads
from tests import strays
from tests.servers import RUNNING, SERVERS


def test_rows_committed_by_a_test_are_seen_by_other_sessions(committed_db):
    User.objects.create(username="ops")

    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as elsewhere:
        found = elsewhere.execute("SELECT username FROM auth_user").fetchall()

    assert found == [("ops",)]


def test_rows_committed_by_an_earlier_test_are_gone(committed_db):
    assert not User.objects.exists()


def test_an_ordinary_test_works_after_the_database_was_made_anew(db):
    assert User.objects.create(username="ops").pk


@pytest.fixture
def as_migrated_afterwards(django_db_setup, django_db_blocker):
    """Taken before `db`, it comes after it."""
    yield
    with django_db_blocker.unblock():
        strays.restore()


def test_a_thread_commits_whatever_the_test_rolls_back(as_migrated_afterwards, db):
    threads.apart(lambda: User.objects.create(username="stray"))

    assert strays.is_any()


def test_what_a_thread_has_committed_is_gone_too(db):
    assert not User.objects.exists() and not strays.is_any()


def test_work_that_could_not_be_done_yet(committed_db):
    records.UNRECORDED.hold(0, lambda: User.objects.create(username="late"))

    assert records.UNRECORDED.all()


def test_is_not_done_in_the_database_of_the_next_test(committed_db):
    assert not records.UNRECORDED.all()
