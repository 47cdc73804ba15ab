"""`token`: make a token for a person or a pipeline, or renew one, and print its secret once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.models import Token
from governance.queries import tokens as queries
from governance.services import tokens
from governance.services.operations import command_line
from outreach_admin.exceptions import Refused
from outreach_admin.lists.files import streams


class Command(BaseCommand):
    help = "Make or renew a token and print it: it is shown only this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--user", metavar="NAME", help="the person it belongs to")
        whose.add_argument(
            "--pipeline",
            metavar="NAME",
            help="the pipeline it belongs to; its account is made with its first token",
        )
        whose.add_argument(
            "--renew",
            metavar="PREFIX",
            help="the token that gets a new secret, by its first letters, such as oo_pl_1aB2",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")
        self.add_members(parser)

    def add_members(self, parser: ArgumentParser) -> None:
        """Ask what a new token has, and a renewed one keeps."""
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            choices=[scope.value for scope in Token.Scope],
            help="what it may; give it several times for several",
        )
        parser.add_argument(
            "--days",
            type=int,
            help=f"how long it lives, {tokens.DAYS} unless said otherwise",
        )
        parser.add_argument(
            "--name",
            metavar="TEXT",
            help="what will use it",
        )
        parser.add_argument(
            "--responsible",
            metavar="NAME",
            help="who is told that a pipeline's token ends; else all who issue them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_what_does_not_fit(options)
        try:
            token, secret = self.renew(options) if options["renew"] else self.make(options)
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
            days=tokens.DAYS if options["days"] is None else options["days"],
            os_user=command_line.os_user(),
        )

    def renew(self, options: dict[str, Any]) -> tuple[Token, str]:
        return tokens.renew(
            queries.with_prefix(options["renew"]),
            by=None,
            os_user=command_line.os_user(),
        )


def refuse_what_does_not_fit(options: dict[str, Any]) -> None:
    """Refuse options that would say nothing of this token."""
    if options["user"] and options["responsible"]:
        raise CommandError("--responsible is for a pipeline's token.", returncode=2)
    kept = ("scope", "days", "name", "responsible")
    given = [f"--{name}" for name in kept if options[name]]
    if options["renew"] and given:
        raise CommandError(f"{given[0]} stays as it is in a renewal.", returncode=2)
    if not options["renew"] and not options["scope"]:
        raise CommandError("Give --scope: a token needs one.", returncode=2)
