"""`readiness`: how many companies stand in each tier, or stood on a day."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.filters.readiness import days
from governance.queries.operations import effects
from governance.queries.readiness import snapshots
from outreach_admin.exceptions import Refused


class Command(BaseCommand):
    help = "Print how many companies stand in each readiness tier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--at",
            metavar="DATE",
            help="the day of a snapshot, as 2026-02-04; as of now where none is named",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = days.named(options["at"])
            tiers = snapshots.tiers_on(at) if at else effects.tiers()
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}") from refusal
        if options["json"]:
            self.stdout.write(json.dumps(tiers))
        else:
            for tier, rows in tiers.items():
                self.stdout.write(f"{rows:>12,}  {tier}")
