"""`coverage_snapshot`: keep the coverage of a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enrichment.services.figures import days
from outreach_admin.exceptions import Refused
from outreach_admin.ui.figures import counted


class Command(BaseCommand):
    help = "Count how far each workflow has come and keep it: today as of now, an earlier day as of its end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            help="the day, as 2026-02-04; today where none is named",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["day"] or timezone.now().date()
        try:
            kept = days.take([day])
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{day}: the coverage of {counted(kept, 'workflow')}.")
