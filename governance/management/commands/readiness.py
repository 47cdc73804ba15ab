"""`readiness`: how many companies stand in each tier."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from governance.queries.operations import effects


class Command(BaseCommand):
    help = "Print how many companies stand in each readiness tier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        tiers = effects.tiers()
        if options["json"]:
            self.stdout.write(json.dumps(tiers))
        else:
            self.stdout.writelines(f"{rows:>12,}  {tier}" for tier, rows in tiers.items())
