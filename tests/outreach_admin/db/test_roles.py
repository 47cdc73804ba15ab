"""What the running role may do, and what only the owner may."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from outreach_admin.db import roles

pytestmark = pytest.mark.django_db


def test_tests_and_application_connect_as_the_running_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user)")

        assert cursor.fetchone() == ("outreach_app", 0)


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine (id int)", "ALTER TABLE auth_user ADD mine int", "DROP TABLE auth_user", "TRUNCATE auth_user CASCADE"],
)
def test_the_running_role_may_not_change_the_schema(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_running_role_may_not_rewrite_the_list_of_migrations():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations")


def test_append_only_tables_take_rows_but_give_none_up(monkeypatch, owner_cursor):
    monkeypatch.setattr(apps.get_model("auth.Group"), "append_only", True, raising=False)

    for statement in roles.grants(known={"auth_group"}, schemas=["public"], role=settings.DATABASES["default"]["USER"]):
        owner_cursor.execute(statement)

    rights = "SELECT has_table_privilege('outreach_app', 'auth_group', p) FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) p"
    assert [right for (right,) in owner_cursor.execute(rights)] == [True, True, False, False, False]


def test_the_role_does_not_change_inside_a_transaction():
    with pytest.raises(RuntimeError, match="before atomic"), roles.as_owner():
        pass
