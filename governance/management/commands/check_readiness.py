"""`check_readiness`: prove that the maintained readiness rows equal their definition."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.services import readiness
from outreach_admin.ui.figures import counted


class Command(BaseCommand):
    help = "Compare every readiness row with its definition and keep the result; fails when one differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = readiness.check()
        if count := found.differing:
            shown = "\n".join(f"  {outreach_id}" for outreach_id in found.first)
            raise CommandError(
                f"{counted(count, 'row differs', 'rows differ')} from the definition; `rebuild_readiness` rewrites them. The first:\n{shown}"
            )
        self.stdout.write("Every readiness row equals its definition.")
