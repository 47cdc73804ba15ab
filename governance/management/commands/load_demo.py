"""`load_demo`: fill an empty database with a population to try the console on."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.utils import timezone

from governance.demo import checks, loads, past, signins, trends
from outreach_admin.db.roles import OwnerCommand


class Command(OwnerCommand):
    help = "Fill an empty database with demo data; deterministic, refuses a database that holds anything else."
    sign_ins: ClassVar[dict[str, str]] = {
        person.username: person.password for person in signins.PEOPLE
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scenario",
            choices=[*loads.SCENARIOS, "all"],
            default="all",
            help="which population; all has a past too (default: all)",
        )
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            metavar="N",
            help="multiply every count; 14 makes a million errors",
        )
        parser.add_argument(
            "--today",
            action="store_true",
            help="move all times so that the newest error is of the last 08:00 UTC",
        )
        parser.add_argument(
            "--reset",
            action="store_true",
            help="make the database anew first, when it holds a demo",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        is_all = options["scenario"] == "all"
        scenarios = [*loads.SCENARIOS] if is_all else [options["scenario"]]
        largest = loads.largest_scale(scenarios)
        if not 1 <= options["scale"] <= largest:
            raise CommandError(f"--scale is a whole number from 1 to {largest}.")
        begin = loads.begin_anew if options["reset"] else loads.begin
        try:
            begin(scenarios)
        except loads.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        started = time.monotonic()
        today = timezone.now() if options["today"] else None
        for scenario in scenarios:
            loads.load(scenario, scale=options["scale"], today=today)
            self.print_figures(scenario, loads.SCENARIOS[scenario].module.figures())
        if loads.BACKLOG in scenarios:
            self.tell_the_days(today, has_past=is_all)
        self.stdout.write(f"Loaded in {time.monotonic() - started:.1f} s. Sign in as:")
        for username, password in self.sign_ins.items():
            self.stdout.write(f"  {username} / {password}")

    def tell_the_days(self, today: datetime | None, *, has_past: bool) -> None:
        if has_past:
            loads.add_past(today=today)
            self.print_figures("past", [*past.figures(), *checks.figures()])
        trends.keep(today=today)
        self.print_figures("days", trends.figures())

    def print_figures(self, scenario: str, figures: list[tuple[str, int]]) -> None:
        width = max(len(label) for label, _ in figures)
        self.stdout.write(f"{scenario}:")
        for label, count in figures:
            self.stdout.write(f"  {label:<{width}} {count:>12,}")
