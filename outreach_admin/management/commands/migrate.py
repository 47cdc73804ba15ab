"""`migrate`, connected as the owner: tables, then SQL objects, then what apps bring, then rights.

An AppConfig that has a method `after_migrate(using)` is called when tables and SQL objects are
there.
"""

import sys
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import transaction

from outreach_admin.db import roles, upkeep, versions


class Command(roles.OwnerCommand, migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        try:
            versions.refuse_foreign(using=using)
        except versions.VersionRefused as refusal:
            raise CommandError(refusal.sentence) from refusal
        super().handle(*args, **options)
        if options["check_unapplied"]:
            self.check_objects(using)
        elif not options["plan"]:
            self.follow_up(using, verbosity=options["verbosity"])

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
            done = upkeep.apply(using=using)
            for config in apps.get_app_configs():
                if after_migrate := getattr(config, "after_migrate", None):
                    after_migrate(using=using)
            roles.grant_running_role(using=using)
        if verbosity >= 1:
            self.stdout.write(f"SQL objects: {len(done)} changed")
            for sentence in upkeep.left_alone(using=using):
                self.stdout.write(sentence)
        if verbosity >= 2:
            self.stdout.write("".join(f"  {one}\n" for one in done))
