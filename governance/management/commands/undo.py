"""`undo`: take operations back, the last one first."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.models import Operation
from governance.services.operations import command_line
from outreach_admin.exceptions import Refused
from outreach_admin.ui.figures import counted


def operation_id(text: str) -> int:
    """Read `17` or `OP-17`."""
    return int(text.upper().removeprefix("OP-"))


class Command(BaseCommand):
    help = "Put every row of the given operations back into the state it had."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "ids",
            nargs="+",
            type=operation_id,
            metavar="ID",
            help="operations; they are taken back in reverse order",
        )
        parser.add_argument("--by", metavar="USER", required=True, help="who takes them back")
        parser.add_argument(
            "--approved-by", metavar="USER", help="who agrees, where a policy asks for it"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = command_line.person(options["by"])
            approved_by = (
                command_line.person(options["approved_by"]) if options["approved_by"] else None
            )
            command_line.check(by, approved_by)
            groups = command_line.undo(self.find(options["ids"]), by=by, approved_by=approved_by)
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".strip()) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(groups))
        else:
            self.stdout.write(
                f"{counted(groups['reverted'])} reverted, {groups['changed_since']:,} changed since, {groups['not_reversible']:,} not reversible."
            )

    def find(self, ids: list[int]) -> list[Operation]:
        found = list(Operation.objects.filter(pk__in=ids))
        if missing := sorted(set(ids) - {operation.pk for operation in found}):
            raise Refused(
                f"There is no {', '.join(f'OP-{pk}' for pk in missing)}: nothing was changed."
            )
        return found
