"""`registry_import`: read in the registry that a warehouse holds already."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enrichment.services import takeovers
from governance.services.operations import command_line
from outreach_admin.exceptions import Refused


class Command(BaseCommand):
    help = "Register the workflows that the warehouse's own registry has and the console's has not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from-warehouse",
            action="store_true",
            required=True,
            help="read reference.enrichment_workflow_registry of the warehouse",
        )
        parser.add_argument("--by", metavar="USER", required=True, help="who registers them")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = command_line.person(options["by"])
            done = takeovers.take_over(by=by, is_dry=options["dry_run"])
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".strip()) from refusal
        self.stdout.write(json.dumps(done.figures) if options["json"] else done.sentence)
