"""`sql_roles`: a role that reads the SQL surface, and one that pipelines write it with."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connections, transaction

from outreach_admin.db import roles
from outreach_admin.db.rights import sqlroles
from outreach_admin.embedded.postgres import SUPERUSER

NO_RIGHT = (
    "The owner of the database may make no roles. Let somebody who may do so run "
    "`{names}` once, then run this again."
)


class Command(roles.OwnerCommand):
    """Makes the roles where they are not there, gives them their rights, and says which."""

    help = (
        "Make the roles outreach_reader and outreach_pipeline and say what they were granted; on "
        "local servers they sign in by `dbshell --as`, elsewhere they are groups for logins of yours."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        made = self.make()
        with transaction.atomic(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            granted = [one for role in sqlroles.ROLES for one in sqlroles.grant(cursor, role)]
        if options["json"]:
            rights = [vars(one) for one in granted]
            self.stdout.write(json.dumps({"made": made, "granted": rights}))
            return
        for role, means in sqlroles.ROLES.items():
            self.stdout.write(f"{role} {means}{' (new)' if role in made else ''}")
        for one in granted:
            self.stdout.write(f"  {one}")

    def make(self) -> list[str]:
        """Make the roles: on local servers with a login, as their superuser."""
        with as_maker() as (cursor, password_of):
            try:
                return [
                    role
                    for role in sqlroles.ROLES
                    if sqlroles.make(cursor, role, password=password_of(role))
                ]
            except (ProgrammingError, psycopg.errors.InsufficientPrivilege) as refusal:
                names = " ".join(f"CREATE ROLE {role};" for role in sqlroles.ROLES)
                raise CommandError(NO_RIGHT.format(names=names)) from refusal


@contextmanager
def as_maker() -> Iterator[Any]:
    """Give a cursor of who may make roles, and the passwords that they sign in with."""
    local = settings.LOCAL_POSTGRES
    if local is None:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            yield cursor, lambda role: ""
        return
    with (
        psycopg.connect(**local.connection(SUPERUSER), autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor, lambda role: local.connection(role)["password"]
