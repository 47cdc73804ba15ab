"""`token`: make a token for a person or a pipeline, and print its secret once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.models import Token
from governance.services import tokens
from governance.services.operations import command_line
from outreach_admin.exceptions import Refused
from outreach_admin.lists.files import streams


class Command(BaseCommand):
    help = "Make a token for a person or a pipeline and print it: it is shown only this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--user", metavar="NAME", help="the person it belongs to")
        whose.add_argument(
            "--pipeline",
            metavar="NAME",
            help="the pipeline it belongs to; its account is made with its first token",
        )
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=[scope.value for scope in Token.Scope],
            help="what it may; give it several times for several",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=tokens.DAYS,
            help=f"how long it lives, {tokens.DAYS} unless said otherwise",
        )
        parser.add_argument("--name", metavar="TEXT", help="what will use it")
        parser.add_argument(
            "--responsible",
            metavar="NAME",
            help="who is told that a pipeline's token ends; else all who issue them",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["user"] and options["responsible"]:
            raise CommandError("--responsible is for a pipeline's token.", returncode=2)
        try:
            token, secret = self.make(options)
        except Refused as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.what_to_do}".strip()) from refusal
        ends = streams.iso(token.expires_at)
        if options["json"]:
            found = {
                "token": secret,
                "prefix": token.prefix,
                "expires_at": ends,
            }
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(secret)
        self.stderr.write(f"Copy it now, it is shown only this once. It ends {ends}.")

    def make(self, options: dict[str, Any]) -> tuple[Token, str]:
        user, responsible = options["user"], options["responsible"]
        return tokens.make(
            name=options["name"] or options["pipeline"] or "command line",
            scopes=options["scope"],
            by=None,
            account=command_line.person(user) if user else None,
            pipeline=options["pipeline"] or "",
            responsible=command_line.person(responsible) if responsible else None,
            days=options["days"],
            os_user=command_line.os_user(),
        )
