#!/usr/bin/env python
"""Django's command line for Outreach Ops; it borrows local servers when none are configured."""

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.conf import LazySettings

    from outreach_admin.embedded import EmbeddedServers

NEEDS_NO_SERVER = {
    "canon_check",
    "help",
    "version",
    "--help",
    "--version",
    "-h",
    "collectstatic",
    "makemessages",
    "compilemessages",
}


def main() -> int:
    """Run the command; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach_admin.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from outreach_admin.exceptions import Refused

    # a plain kill must leave through the same door as Ctrl-C: the last user stops the servers
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    idle = len(sys.argv) < 2 or not NEEDS_NO_SERVER.isdisjoint(sys.argv)
    try:
        with nullcontext() if idle or not settings.EMBEDDED else _local_servers(settings):
            execute_from_command_line(sys.argv)
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _local_servers(settings: "LazySettings") -> AbstractContextManager["EmbeddedServers"]:
    from outreach_admin.embedded import EmbeddedServers

    return EmbeddedServers(settings.DATA_DIR, which=settings.EMBEDDED).in_use()


if __name__ == "__main__":
    sys.exit(main())
