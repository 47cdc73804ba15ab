"""`readiness_snapshot`: keep how companies stood at the end of a day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.filters.readiness import days
from governance.services import snapshots
from outreach_admin.exceptions import Refused


class Command(BaseCommand):
    help = "Count how companies stand and keep it as the snapshot of a day: today's as of now, an earlier day's as of its end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--day",
            help="the day, as 2026-02-04; today where none is named",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = days.named(options["day"]) or timezone.now().date()
            kept = snapshots.take(day)
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".rstrip()) from refusal
        companies = sum(kept.figures.values_list("companies", flat=True))
        self.stdout.write(f"{day}: {companies:,} companies as of {kept.at:%Y-%m-%d %H:%M:%S} UTC.")
