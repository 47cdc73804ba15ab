"""`export`: write errors, archive, readiness, audit or a hub table to a file."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.resources.exports import EXPORTS, FORMATS, Export
from governance.services.files import drafts
from outreach_admin.exceptions import Refused
from outreach_admin.lists.files import streams


class Command(BaseCommand):
    help = "Write errors, archive, readiness, audit or a hub table to a file; an incomplete file never takes its place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", choices=EXPORTS)
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--filter",
            default="",
            metavar="QUERYSTRING",
            help="as in the address of the list: code=NO_MATCH&disposition=RETRY",
        )
        parser.add_argument(
            "--columns",
            default="",
            metavar="NAMES",
            help="some of the columns, in this order, with commas between: domain,blockers",
        )
        parser.add_argument(
            "--comments",
            action="store_true",
            help="begin and end a CSV with lines that state filter, time and count",
        )
        parser.add_argument("--json", action="store_true", help="print what was written as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        export = EXPORTS[options["subject"]]
        try:
            output = self.place(options["output"])
            draft = output.with_name(f".{os.getpid()}.part")
            try:
                stream = self.write(export, draft, options)
                draft.replace(output)
            finally:
                draft.unlink(missing_ok=True)
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".strip()) from refusal
        except OSError as problem:
            raise CommandError(
                f"{options['output']} cannot be written: {problem.strerror}."
            ) from problem
        self.tell(stream, options)

    def place(self, output: Path) -> Path:
        """Find the file behind a link; refuse what a file may not take the place of: a folder, a device, a pipe."""
        found = output.resolve()
        if found.exists() and not found.is_file():
            raise CommandError(f"{output} cannot be written: it is no plain file.")
        return found

    def write(self, export: Export, draft: Path, options: dict[str, Any]) -> streams.Stream:
        names = options["columns"].split(",") if options["columns"] else []
        export = export.with_columns(names)
        filterset = export.from_text(options["filter"].removeprefix("?"))
        if options["format"] == "xlsx":
            return drafts.write_workbook(export.rows(filterset), export.label(filterset), draft)
        stream = export.stream(filterset, options["format"], comments=options["comments"])
        with draft.open("wb") as target:
            target.writelines(stream.blocks)
        return stream

    def tell(self, stream: streams.Stream, options: dict[str, Any]) -> None:
        facts = {
            "subject": stream.label.subject,
            "filter": stream.label.filter,
            "as_of": streams.iso(stream.as_of),
            "rows": stream.rows,
            "file": str(options["output"]),
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        else:
            self.stdout.write(
                f"{stream.rows:,} {EXPORTS[options['subject']].nouns} as of {facts['as_of']} to {facts['file']}, filter: {stream.label.filter or streams.ALL_ROWS}"
            )
