"""`runs_backfill`: infer runs of before from when rows came into extracted tables."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enrichment.models import Workflow
from enrichment.queries import registry
from enrichment.services import backfills
from enrichment.services.backfills import Backfill
from outreach_admin.exceptions import Refused


class Command(BaseCommand):
    help = "Infer a completed run for each key of the extracted tables that has none, marked as inferred."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "workflow",
            nargs="*",
            help="names of workflows; all active ones where none is named",
        )
        parser.add_argument("--dry-run", action="store_true", help="count, and make nothing")
        parser.add_argument("--json", action="store_true", help="print for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            workflows = [registry.find(name) for name in options["workflow"]]
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}") from refusal
        dry_run = options["dry_run"]
        chosen = workflows or Workflow.objects.filter(is_active=True)
        found = list(backfills.infer(chosen, dry_run=dry_run))
        said = self.as_json if options["json"] else self.in_words
        self.stdout.write(said(found, dry_run=dry_run))

    def as_json(self, found: list[Backfill], *, dry_run: bool) -> str:
        made = sum(one.made for one in found)
        return json.dumps(
            {
                "dry_run": dry_run,
                "made": made,
                "workflows": [asdict(one) for one in found],
            },
            indent=2,
        )

    def in_words(self, found: list[Backfill], *, dry_run: bool) -> str:
        return "\n".join(_line(one, dry_run=dry_run) for one in found)


def _line(one: Backfill, *, dry_run: bool) -> str:
    if one.left:
        return f"{one.workflow}: left, {one.made:,} runs made. {one.left}"
    made = "runs would be made" if dry_run else "runs made"
    return (
        f"{one.workflow}: {one.made:,} {made} of {one.keys:,} keys by {one.table}.{one.moment}; "
        f"{one.had_runs:,} had runs, {one.refused_keys:,} are no keys, "
        f"{one.blank_keys:,} rows have none, {one.without_moment:,} have no moment."
    )
