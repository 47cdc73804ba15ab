"""`dbshell`, on the local servers also as another role or as an address, and with the program of the server's own version."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import dbshell
from django.db import DEFAULT_DB_ALIAS, connections

from outreach_admin.db.rights import sqlroles
from outreach_admin.embedded import postgres

ROLES = {
    "console": postgres.RUNNING,
    "owner": postgres.OWNER,
    "reader": sqlroles.READER,
    "pipeline": sqlroles.PIPELINE,
}
ELSEWHERE = "--as and --address are of the local servers: on yours, sign in as whom you like."
NOT_THERE = "There is no role {role} yet: run `manage.py sql_roles` first."


def address() -> str:
    """Write where and as whom the command signs in, as libpq and its drivers read it."""
    given = connections[DEFAULT_DB_ALIAS].settings_dict
    user, password, name, host, port = (
        quote(str(given[key]), safe="") for key in ("USER", "PASSWORD", "NAME", "HOST", "PORT")
    )
    return f"postgresql://{user}:{password}@/{name}?host={host}&port={port}"


class Command(dbshell.Command):
    """Opens psql, or prints the address that it would open."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--as",
            dest="role",
            choices=[*ROLES, *ROLES.values()],
            help="on the local servers: whom to sign in as",
        )

        parser.add_argument(
            "--address",
            action="store_true",
            help="on the local servers: print the address for programs, good while they run",
        )

    def handle(self, **options: Any) -> None:
        local = settings.LOCAL_POSTGRES
        if local is None and (options["role"] or options["address"]):
            raise CommandError(ELSEWHERE)
        if local is not None:
            self.sign_in(local, options["role"] or "console")
        if options["address"]:
            self.stdout.write(address())
            return
        super().handle(**options)

    def sign_in(self, local: postgres.PostgresServer, named: str) -> None:
        """Let psql be the server's own, and open it as that role."""
        role = ROLES.get(named, named)
        database = connections[DEFAULT_DB_ALIAS]
        with database.cursor() as cursor:
            cursor.execute(sqlroles.EXISTS, [role])
            if cursor.fetchone() is None:
                raise CommandError(NOT_THERE.format(role=role))
        words = local.connection(role)
        database.settings_dict |= {
            "HOST": words["host"],
            "PORT": words["port"],
            "USER": words["user"],
            "PASSWORD": words["password"],
        }
        database.client.executable_name = str(local.binaries / "psql")
