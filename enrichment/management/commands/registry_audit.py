"""`registry_audit`: compare ingest code with the registry of workflows."""

import sys
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enrichment.queries import audits
from enrichment.scanner.reports import FORMATS
from enrichment.services import scans
from outreach_admin.exceptions import Refused


class Command(BaseCommand):
    help = "Compare the ingest code under a folder with the registry; exit code 1 when something is not in order, 2 when it was called wrongly."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the folder with the code; nothing is imported")
        for name in FORMATS:
            parser.add_argument(
                f"--{name}",
                dest="format",
                action="store_const",
                const=name,
                default="text",
            )
        parser.add_argument(
            "--waivers", type=Path, help="TOML; waivers.toml in the folder if there"
        )
        parser.add_argument("--config", type=Path, help="TOML: how the code is read")
        parser.add_argument("--today", type=date.fromisoformat, help="the day by which waivers end")
        parser.add_argument("--keep", action="store_true", help="show it on the page")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = audits.compare(
                options["path"],
                today=options["today"] or datetime.now(UTC).date(),
                waived=options["waivers"],
                config=options["config"],
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        if options["keep"]:
            scans.keep(found, by=None)
        self.stdout.write(FORMATS[options["format"]](found))
        if not found.is_green:
            sys.exit(1)
