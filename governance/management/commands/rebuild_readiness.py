"""`rebuild_readiness`: recompute every readiness row from its definition."""

from typing import Any

from django.core.management.base import BaseCommand

from governance.services import readiness
from outreach_admin.ui.figures import counted


class Command(BaseCommand):
    help = "Make every readiness row equal to its definition."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(
            f"{counted(readiness.rebuild(), 'row differed and was rewritten', 'rows differed and were rewritten')}."
        )
