"""`migrate`: the same database every time, nothing done twice, and no database of another version."""

import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from outreach_admin.db import roles, upkeep
from outreach_admin.watch import databases
from tests.outreach_admin.db import schema
from tests.servers import SERVERS, drop

# the function that the tests add for themselves
TESTS_OWN = "FUNCTION tests.run("


def migrate(**options) -> None:
    call_command("migrate", interactive=False, verbosity=0, **options)


def as_owner(*statements: str) -> None:
    with roles.as_owner() as database, database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def migrations_problem() -> str:
    with databases.looking() as cursor, databases.in_transaction(cursor):
        return databases.migrations_problem(cursor)


def applied() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.soak
def test_migrating_from_zero_once_more_gives_equal_catalogs(django_db_setup, django_db_blocker):
    name = f"{SERVERS.database}_{os.getpid()}"
    with django_db_blocker.unblock(), SERVERS.superuser() as server:
        # this process works in a copy of what was migrated from zero before
        before = schema.texts()
        with SERVERS.migrated_from_zero(server, name):
            anew = schema.texts()
        drop(server, name)

    assert before - anew == {text for text in before if TESTS_OWN in text[1]}
    assert anew - before == set()
    assert len(anew) > 1000


def test_a_second_migrate_makes_nothing_anew(committed_db):
    before = schema.texts(), schema.rows()

    migrate()

    assert (schema.texts(), schema.rows()) == before


def test_what_is_dropped_by_hand_comes_back_with_a_migrate(committed_db):
    before = schema.texts()
    as_owner("DROP TRIGGER append_only ON governance_event")

    assert migrations_problem() == ("run `manage.py migrate`: trigger governance_event.append_only")
    migrate()

    assert schema.texts() == before
    assert migrations_problem() == ""


def test_check_tells_of_objects_that_are_not_of_this_version(committed_db, capsys):
    as_owner("ALTER TABLE governance_event DISABLE TRIGGER append_only")

    with pytest.raises(SystemExit):
        migrate(check_unapplied=True)

    assert "trigger governance_event.append_only" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["0002_rules", "0014_undone_runs", "9999_of_tomorrow"])
def test_a_database_of_another_version_is_refused_and_left_alone(committed_db, name):
    as_owner(
        f"UPDATE django_migrations SET name = '{name}' WHERE app = 'governance' AND name = '0002_errors'",
        "DELETE FROM django_migrations WHERE app = 'sessions'",
    )
    before = schema.texts(), applied()

    with pytest.raises(CommandError, match=rf"governance.{name}.*load_demo --reset.*new, empty"):
        migrate()

    assert (schema.texts(), applied()) == before
    assert "another version" in migrations_problem()


def last_but_one() -> str:
    graph = MigrationLoader(None).graph
    [last] = graph.leaf_nodes("governance")
    [before] = [name for app, name in graph.node_map[last].parents if app == "governance"]
    return before


def test_objects_wait_for_the_last_migration(committed_db):
    as_owner("DROP TRIGGER append_only ON governance_shipped")

    call_command("migrate", "governance", last_but_one(), interactive=False, verbosity=0)
    some = upkeep.differing(upkeep.declared())
    migrate()

    assert "trigger governance_shipped.append_only" in some
    assert upkeep.differing(upkeep.declared()) == []


def test_models_and_migrations_agree(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
