"""Changing into the owner and back."""

from django.db import connection

from outreach_admin.db import roles


def test_as_owner_connects_as_the_owner_and_comes_back(committed_db):
    def current_user() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    with roles.as_owner():
        inside = current_user()

    assert (inside, current_user()) == ("outreach_owner", "outreach_app")
