"""What the running role may do, and what only the owner may."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from outreach_admin.db import roles

pytestmark = pytest.mark.django_db


def test_tests_and_application_connect_as_the_running_role():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, (SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user)"
        )

        assert cursor.fetchone() == ("outreach_app", 0)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE auth_user ADD mine int",
        "DROP TABLE auth_user",
        "TRUNCATE auth_user CASCADE",
    ],
)
def test_the_running_role_may_not_change_the_schema(statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_running_role_may_not_rewrite_the_list_of_migrations():
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM django_migrations")


def test_append_only_tables_take_rows_but_give_none_up(monkeypatch, owner_cursor):
    monkeypatch.setattr(apps.get_model("auth.Group"), "append_only", True, raising=False)

    for statement in roles.grants(
        known={"auth_group"}, schemas=["public"], role=settings.DATABASES["default"]["USER"]
    ):
        owner_cursor.execute(statement)

    rights = "SELECT has_table_privilege('outreach_app', 'auth_group', p) FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) p"
    assert [right for (right,) in owner_cursor.execute(rights)] == [True, True, False, False, False]


def test_the_role_does_not_change_inside_a_transaction():
    with pytest.raises(RuntimeError, match="before atomic"), roles.as_owner():
        pass


def test_every_append_only_table_gives_no_row_up_and_takes_no_change():
    tables = sorted(set(roles.append_only_tables()) - set(roles.kept_tables()))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t, has_table_privilege(t, 'SELECT') AND has_table_privilege(t, 'INSERT'),
                has_table_privilege(t, 'UPDATE') OR has_table_privilege(t, 'DELETE') OR has_table_privilege(t, 'TRUNCATE')
            FROM unnest(%s::text[]) AS t""",
            [tables],
        )
        found = cursor.fetchall()

    assert "governance_event" in tables
    assert found == [(table, True, False) for table in tables]


def test_the_running_role_is_nobody_special_and_may_create_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls,
                (SELECT array_agg(roleid::regrole::text) FROM pg_auth_members WHERE member = r.oid),
                (SELECT count(*) FROM pg_namespace WHERE has_schema_privilege(r.oid, oid, 'CREATE') AND nspname NOT LIKE 'pg\\_temp%%'),
                has_database_privilege(r.oid, current_database(), 'CREATE')
            FROM pg_roles r WHERE rolname = current_user"""
        )

        assert cursor.fetchone() == (False, ["pg_read_all_stats"], 0, False)
