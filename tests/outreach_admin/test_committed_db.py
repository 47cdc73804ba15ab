"""Tests that commit for real leave nothing behind."""

import psycopg
from django.contrib.auth.models import User

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
