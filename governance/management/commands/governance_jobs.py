"""`governance_jobs`: run a governance job here and print how many rows of each error table it changed."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from governance.models import JobRun
from governance.queries.jobs import totals
from governance.services.jobs import registry, runs
from governance.services.operations import command_line
from outreach_admin.exceptions import Refused


def moment(text: str) -> datetime:
    """Read a moment; without a time zone it is in UTC."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError("is no moment such as 2026-02-08T06:00:00+00:00")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Command(BaseCommand):
    help = "Run a governance job to its end: daily, weekly, or one of them alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        named = [job.name for job in registry.JOBS.values() if job.family == registry.GOVERNANCE]
        parser.add_argument("job", choices=named, metavar="JOB", help=", ".join(named))
        self.add_common(parser)

    def add_common(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="plan, print what would happen, change nothing"
        )
        parser.add_argument(
            "--now", type=moment, metavar="ISO", help="the moment it is for, now unless given"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = runs.run(
                options["job"],
                trigger=JobRun.Trigger.COMMAND,
                started_by=command_line.os_user(),
                as_of=options["now"],
                is_dry=options["dry_run"],
            )
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".strip()) from refusal
        found = totals.by_job(run)
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
        else:
            self.tell(run, found)
        if run.state != JobRun.State.DONE:
            raise CommandError(f"{run} is {run.get_state_display().lower()}. {run.fault}")

    def tell(self, run: JobRun, found: dict[str, dict[str, int]]) -> None:
        said = "would change" if run.is_dry else "changed"
        self.stdout.write(f"{run}, {registry.label_of(run.job)}, {said}:")
        for job, tables in found.items():
            self.stdout.write(f"  {sum(tables.values()):>10,}  {registry.label_of(job)}")
            for table, rows in tables.items():
                if rows:
                    self.stdout.write(f"  {rows:>10,}    {table}")
