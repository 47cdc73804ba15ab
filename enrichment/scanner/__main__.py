"""`python -m enrichment.scanner PATH`: audit a tree of ingest code without a database.

Exit code 0 when all is in order, 1 when something is not, 2 when it was called wrongly.
"""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from enrichment.scanner import audit, registry, settings, tree, waivers
from enrichment.scanner.records import Audit, WrongUse
from enrichment.scanner.reports import FORMATS


def main(arguments: list[str] | None = None) -> int:
    """Read, compare, print; return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        found = run(given)
    except WrongUse as refusal:
        print(f"enrichment.scanner: {refusal}", file=sys.stderr)  # noqa: T201 - it is what the command is for
        return 2
    print(FORMATS[given.format](found))  # noqa: T201
    return 0 if found.is_green else 1


def run(given: argparse.Namespace) -> Audit:
    how = settings.read(given.config) if given.config else settings.Settings()
    entries = registry.read(given.registry) if given.registry else []
    read = tree.read(given.path, how)
    return audit.audit(
        read,
        entries,
        settings=how,
        waived=waivers.of(given.path, given.waivers),
        today=given.today or datetime.now(UTC).date(),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="enrichment.scanner",
        description="Compare ingest functions with the registry of workflows; nothing is imported.",
    )
    parser.add_argument("path", type=Path, help="the folder with the code")
    parser.add_argument("--registry", type=Path, help="CSV with the columns of the registry")
    parser.add_argument(
        "--config", type=Path, help="TOML: decorators, prefixes, files to leave out"
    )
    parser.add_argument("--waivers", type=Path, help="TOML; waivers.toml in the folder if there")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--today", type=date.fromisoformat, help="the day by which waivers end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
