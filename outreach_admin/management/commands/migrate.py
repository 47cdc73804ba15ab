"""`migrate`, connected as the owner of the database, then the rights of the running role."""

from typing import Any

from django.core.management.commands import migrate

from outreach_admin.db import roles


class Command(roles.OwnerCommand, migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["check_unapplied"] or options["plan"]):
            roles.grant_running_role(using=options["database"])
