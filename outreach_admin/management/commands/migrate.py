"""`migrate`, connected as the owner: tables, then SQL objects, then what apps bring, then rights.

An AppConfig that has a method `before_objects(using)` is called before SQL objects are made, and
returns what it has to say; one that has `after_migrate(using)` when tables and SQL objects are there.
"""

import sys
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections, transaction

from outreach_admin.db import roles, upkeep, versions
from outreach_admin.db.rights import kept, sqlroles
from outreach_admin.exceptions import Refused


class Command(roles.OwnerCommand, migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        try:
            versions.refuse_foreign(using=using)
        except versions.VersionRefused as refusal:
            raise CommandError(refusal.sentence) from refusal
        # a named migration may be an earlier one
        is_complete = versions.is_complete(using=using) and not options["migration_name"]
        if not (is_complete or options["check_unapplied"] or options["plan"]):
            self.clear_the_way(using)
        super().handle(*args, **options)
        if options["check_unapplied"]:
            self.check_objects(using)
        elif not options["plan"]:
            try:
                self.follow_up(using, verbosity=options["verbosity"])
            except Refused as refusal:
                raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".strip()) from refusal

    def check_objects(self, using: str) -> None:
        if found := upkeep.differing(upkeep.declared(), using=using):
            self.stdout.write("\n".join(found))
            sys.exit(1)

    def follow_up(self, using: str, *, verbosity: int) -> None:
        if not versions.is_complete(using=using):
            self.stdout.write("SQL objects wait until every migration is applied.")
            return
        # a view made anew has its rights when it is seen
        with transaction.atomic(using=using):
            self.make_room(using)
            done = upkeep.apply(using=using)
            for config in apps.get_app_configs():
                if after_migrate := getattr(config, "after_migrate", None):
                    after_migrate(using=using)
            roles.grant_running_role(using=using)
            with connections[using].cursor() as cursor:
                sqlroles.withhold(cursor)
                for role in sqlroles.present(cursor):
                    sqlroles.grant(cursor, role)
        self.tell(done, upkeep.left_alone(using=using), verbosity)

    def clear_the_way(self, using: str) -> None:
        """Let what is offered to others step aside while migrations run; it comes back with its rights."""
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            kept.put_away(cursor, upkeep.declared())

    def make_room(self, using: str) -> None:
        for config in apps.get_app_configs():
            if before_objects := getattr(config, "before_objects", None):
                self.stdout.write("".join(f"{said}\n" for said in before_objects(using)), ending="")

    def tell(self, done: list[str], left: list[str], verbosity: int) -> None:
        if verbosity >= 1:
            self.stdout.write(f"SQL objects: {len(done)} changed")
            self.stdout.write("".join(f"{sentence}\n" for sentence in left), ending="")
        if verbosity >= 2:
            self.stdout.write("".join(f"  {one}\n" for one in done))
