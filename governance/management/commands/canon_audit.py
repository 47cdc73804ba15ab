"""`canon_audit`: find calls in the ledger that broke a rule of the tool canon, and record them as violations."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from governance.services.canon import audit
from governance.services.canon.audit import Audit
from governance.toolbox import codes
from outreach_admin.ui.figures import counted


class Command(BaseCommand):
    help = "Record as violations what the guard cannot refuse beforehand: calls of tier 2 without its word, ENRICH calls that nobody settled within 10 minutes, VALIDATE calls whose answer was not stored. Each once; the schedule does so every hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="count them, record nothing",
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="print JSON",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.audit(channel="command line", dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(_members(found)))
            return
        for code, count in found.found.items():
            self.stdout.write(f"{code} {count:>8,}  {codes.CODES[code].meaning}")
        said = "recorded" if found.is_kept else "would be recorded"
        self.stdout.write(f"{counted(found.total, 'violation')} {said}.")
        late = found.overdue
        if late.open:
            held = f"{late.holding:,} of a company"
            self.stdout.write(f"{counted(late.open, 'open case')} past due, {held}.")


def _members(found: Audit) -> dict[str, Any]:
    return {
        "at": found.at.isoformat(),
        "dry_run": not found.is_kept,
        "found": dict(found.found),
        "total": found.total,
        "overdue": asdict(found.overdue),
    }
