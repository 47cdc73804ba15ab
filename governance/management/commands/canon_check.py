"""`canon_check`: find what the tool canon bans in the code and the dependencies of a repository."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from governance.canon import ci_checks


class Command(BaseCommand):
    help = "Find what the tool canon bans in the code and the dependencies of a repository; nothing of it is run. Exit code 0: clean, 1: violations, 2: not all of it could be checked."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        ci_checks.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = ci_checks.check(Namespace(**options), say=self.stdout.write)
        if code:
            sys.exit(code)
