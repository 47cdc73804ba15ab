"""`recount_coverage`: make the counters of coverage anew from the rows."""

from typing import Any

from django.core.management.base import BaseCommand

from enrichment.services.figures import counters


class Command(BaseCommand):
    help = "Count states and entities anew, and note that no counter differs any more."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{counters.recount():,} counters.")
