"""`ops_cleanup`: run the clean-up playbook to its end and print what it did."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from governance.exceptions import ApprovalRequired
from governance.models import Playbook, PlaybookRun
from governance.queries.operations import effects
from governance.reports import body, figures, markdown
from governance.services.operations import command_line
from governance.services.playbooks import reports, run_plans
from outreach_admin.exceptions import Refused
from outreach_admin.ui.figures import counted

SLUG = "ops-backlog-cleanup"
NOT_APPROVED = 3
PRINTED = (
    "total_processed",
    "actions",
    "tiers",
    "audit",
    "not_ready",
    "compliance",
    "reconciled",
    "operations",
)


class Command(BaseCommand):
    help = "Plan the ops backlog clean-up, have it approved by a second person, run it, and print its report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="plan, print what would happen, change nothing"
        )
        parser.add_argument("--by", metavar="USER", help="who plans and runs it")
        parser.add_argument(
            "--approved-by", metavar="USER", help="who agrees: somebody else who may approve"
        )
        parser.add_argument(
            "--report",
            metavar="FILE",
            type=Path,
            help="write the report there: Markdown, or JSON for a name ending in .json",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = command_line.person(options["by"]) if options["by"] else None
            approved_by = (
                command_line.person(options["approved_by"]) if options["approved_by"] else None
            )
            if options["dry_run"] and options["report"]:
                raise CommandError("--report needs a run; --dry-run makes none.", returncode=2)
            if options["dry_run"]:
                self.show_plan(by, as_json=options["json"])
            elif by is None:
                raise CommandError("--by says who runs it; --dry-run needs nobody.", returncode=2)
            else:
                self.carry_out(by, approved_by, options)
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".strip()) from refusal

    def show_plan(self, by: User | None, *, as_json: bool) -> None:
        version = Playbook.objects.get(slug=SLUG).current
        counts = run_plans.simulate(version.rules, playbook=version.playbook, by=by)
        found = figures.foreseen(version.rules, counts) | {"tiers": {"before": effects.tiers()}}
        if as_json:
            self.stdout.write(json.dumps(found, indent=2))
            return
        self.stdout.write(
            f"{version} would act on {counted(found['total_processed'], 'error')}; nothing was changed."
        )
        for rule, count in zip(version.rules, counts, strict=True):
            self.stdout.write(f"  {count.eligible:>10,}  {rule['name']}")
            for why, rows in count.refusals.items():
                self.stdout.write(f"  {rows:>10,}    left alone: {why}")

    def carry_out(self, by: User, approved_by: User | None, options: dict[str, Any]) -> None:
        command_line.check(by, approved_by)
        run = run_plans.make(
            Playbook.objects.get(slug=SLUG).current,
            by=by,
            channel=command_line.CHANNEL,
            os_user=command_line.os_user(),
        )
        try:
            command_line.carry_out(run, approved_by=approved_by)
        except ApprovalRequired as refusal:
            self.tell_missing(run, refusal, as_json=options["json"])
        report = reports.ensure(run.pk)
        if report is None:
            raise CommandError(f"{run} has not ended: no report was written.")
        found = body.of(report)
        if options["report"]:
            self.write_report(options["report"], found)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {name: found[name] for name in PRINTED} | {"seconds": found["run"]["seconds"]},
                    indent=2,
                )
            )
        else:
            self.stdout.write(markdown.render(found))

    def tell_missing(self, run: PlaybookRun, refusal: ApprovalRequired, *, as_json: bool) -> None:
        if as_json:
            planned = [operation.pk for operation in run.operations.order_by("position")]
            self.stdout.write(
                json.dumps(
                    {
                        "run": run.pk,
                        "state": run.state,
                        "operations": planned,
                        "missing": refusal.sentence,
                    },
                    indent=2,
                )
            )
        raise CommandError(
            f"{refusal.sentence} Name somebody else in --approved-by, or ask for the approval of {run} in the console.",
            returncode=NOT_APPROVED,
        )

    def write_report(self, file: Path, found: dict[str, Any]) -> None:
        text = (
            json.dumps(found, indent=2, ensure_ascii=False) + "\n"
            if file.suffix == ".json"
            else markdown.render(found)
        )
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as reason:
            self.stderr.write(
                f"The report could not be written to {file}: {reason.strerror}. It is kept in the console."
            )
