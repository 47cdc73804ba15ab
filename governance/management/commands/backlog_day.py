"""`backlog_day`: count the backlog of a day that has ended."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.queries.readiness import backlog as days
from governance.services import backlog
from outreach_admin.exceptions import Refused


class Command(BaseCommand):
    help = "Count the errors that came into the backlog on a day, left it and were in it at the end, and keep it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            help="the day, as 2026-02-04; yesterday where none is named",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["day"] or timezone.now().date() - timedelta(days=1)
        try:
            backlog.take([day])
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        found = days.kept(day, day)[day]
        self.stdout.write(
            f"{day}: {found.opened:,} opened, {found.closed:,} closed, {found.open:,} open."
        )
