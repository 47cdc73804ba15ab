"""Which version of the schema a database is of, told by the migrations it has had."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from outreach_admin.exceptions import Refused

Migration = tuple[str, str]


class VersionRefused(Refused):
    """A database that this version cannot bring up to date."""


@cache
def known_migrations() -> frozenset[Migration]:
    """Return the migrations of every app, as the code has them."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def foreign(applied: Iterable[Migration]) -> list[Migration]:
    """Return those of `applied` that are of our own apps and unknown to this version."""
    ours = {
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).parent == settings.BASE_DIR
    }
    return sorted(one for one in set(applied) - known_migrations() if one[0] in ours)


def sentence(found: list[Migration]) -> str:
    """Say what to do with a database that has had these migrations."""
    names = ", ".join(".".join(one) for one in (found[0], found[-1]))
    return (
        f"This database is of another version ({names} are unknown here): load it anew, a demo "
        "with `manage.py load_demo --reset`, anything else by migrating a new, empty database."
    )


def refuse_foreign(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Refuse a database that another version has migrated, before anything in it changes."""
    if found := foreign(MigrationRecorder(connections[using]).applied_migrations()):
        raise VersionRefused(sentence(found))


def is_complete(*, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether every migration was applied."""
    executor = MigrationExecutor(connections[using])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
