"""`governance_backfill`: give older errors what new ones are filed with, and print how many."""

from argparse import ArgumentParser
from typing import Any

from governance.management.commands import governance_jobs
from governance.services.jobs import registry


class Command(governance_jobs.Command):
    help = "Give older errors the TTL of their code, RESOLVED where they were, PARKED where their tries are used up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_common(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options | {"job": registry.BACKFILL})
