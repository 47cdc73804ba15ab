"""`python -m governance.canon.ci_checks [PATH]`: keep what the canon bans out of a repository, without database or settings.

Exit code 0 where all is in order, 1 where something is not, 2 where not all of it could be checked.
Source: seed 'Enforcement Implementation Summary' 2.2.
"""

import argparse
import functools
import io
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from governance.canon.checks import baselines, reports, runs
from governance.canon.checks.console import checkouts
from governance.canon.checks.findings import Finding, Rule, Unchecked
from governance.canon.checks.runs import How, Report

LIBRARIES = (Rule.LIBRARY, Rule.UNREADABLE)
IMPORTS = (Rule.IMPORT, Rule.UNREADABLE)
COVERAGE = (Rule.VENDOR, Rule.TOOL, Rule.PATTERN, Rule.UNREADABLE)
CONTRACTS = (Rule.CONTRACT, Rule.UNREADABLE)
EPILOG = """Exit code 0: clean. 1: violations. 2: not all of it could be checked.
A waiver is a table [[waiver]] with rule, file, reason, by, and expires = 2027-05-31, its last day; name says of what alone."""


def check_banned_libraries(path: str | Path = ".") -> list[Finding]:
    """Return the banned libraries among the dependencies of a tree, and what of it cannot be read.

    Raises Unchecked where nothing can be checked, as do the other three.
    """
    return _found(path, LIBRARIES)


def check_banned_imports(path: str | Path = ".") -> list[Finding]:
    """Return the imports of banned libraries in the modules and notebooks of a tree, and what of it cannot be read."""
    return _found(path, IMPORTS)


def check_tool_registry_coverage(path: str | Path = ".") -> list[Finding]:
    """Return where a tree calls what is banned or not registered, and what of it cannot be read."""
    return _found(path, COVERAGE)


def check_done_state_contracts(
    path: str | Path = ".", schema: str | Path | None = None
) -> list[Finding]:
    """Return what is wrong with the contracts of done states of a tree, and what of it cannot be read.

    `schema` is SQL that creates the tables that they name; the file beside each where none is given.
    """
    return _found(path, CONTRACTS, schema=Path(schema) if schema else None)


def _found(path: str | Path, rules: tuple[Rule, ...], schema: Path | None = None) -> list[Finding]:
    report = runs.run(How(Path(path), schema=schema))
    if report.refusal:
        raise Unchecked(report.refusal)
    return [one for one in report.open if one.rule in rules]


def main(arguments: list[str] | None = None) -> int:
    """Check, write the report, print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="canon_check",
        description="Find what the tool canon bans in the code and the dependencies of a repository; nothing of it is run.",
        epilog=EPILOG,
    )
    add_arguments(parser)
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # names of files hold letters that a terminal may not have
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    return check(given, say=functools.partial(print, flush=True))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes, here and as `manage.py canon_check`."""
    parser.add_argument(
        "path", nargs="?", type=Path, default=Path(), help="the repository, or one file of it"
    )
    parser.add_argument("--baseline", type=Path, help="JSON: findings that were there before")
    parser.add_argument(
        "--write-baseline", type=Path, metavar="FILE", help="write what is found as a baseline"
    )
    parser.add_argument(
        "--waivers",
        type=Path,
        help="TOML; canon_waivers.toml in the repository or in its .ci, if there",
    )
    parser.add_argument(
        "--schema",
        type=Path,
        help="SQL with the tables of DONE_STATE_DEFINITIONS.md; DONE_STATE_SCHEMA.sql beside it if there",
    )
    parser.add_argument(
        "--report",
        type=Path,
        default=Path(reports.FILE),
        help="where the report is written as JSON, always (%(default)s)",
    )
    parser.add_argument("--format", choices=reports.FORMATS, default="text", help="what is printed")
    parser.add_argument(
        "--today", type=_day, metavar="DAY", help="the day by which waivers end, as 2026-03-31"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="check what was checked before, too"
    )
    _add_console(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as reason:
        said = f"“{text}” is no day: write it as 2026-03-31"
        raise argparse.ArgumentTypeError(said) from reason


def _add_console(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--send",
        metavar="URL",
        help="send the report to a console too, such as https://console.example; the token is read from OUTREACH_TOKEN",
    )
    named = {
        "repository": "what it is called there; by default as its origin",
        "branch": "by default the one that is checked out, or that CI names",
        "commit": "by default the one that is checked out",
    }
    for name, meaning in named.items():
        parser.add_argument(f"--{name}", metavar="NAME", help=meaning)


def check(given: argparse.Namespace, *, say: Callable[[str], object]) -> int:
    """Run what the arguments ask for; `say` prints. Return the exit code."""
    how = How(
        path=given.path,
        baseline=given.baseline,
        waivers=given.waivers,
        today=given.today,
        is_cached=not given.no_cache,
        schema=given.schema,
    )
    report = runs.run(how)
    report.checkout = replace(checkouts.of(given.path), **_named(given))
    _keep(report, given)
    is_said = _is_said(reports.FORMATS[given.format](report), say)
    is_sent = not given.send or _sent(report, given, say)
    return report.exit_code if is_said and is_sent else 2


def _is_said(text: str, say: Callable[[str], object]) -> bool:
    """Print; False where whoever reads is gone, or there is no room."""
    try:
        say(text)
    except OSError:
        # or the interpreter tries once more at its end, and fails with another exit code
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return False
    return True


def _named(given: argparse.Namespace) -> dict[str, str]:
    """Return what was said of where the code stands."""
    names = ("repository", "branch", "commit")
    return {name: said for name in names if (said := getattr(given, name)) is not None}


def _sent(
    report: Report,
    given: argparse.Namespace,
    say: Callable[[str], object],
) -> bool:
    """Send the report, and say where it lies or why not: beside what is printed where scripts read that."""
    # what speaks HTTP takes longer to load than a small repository to check
    from governance.canon.checks.console import sending

    tell = say if given.format == "text" else _aside
    try:
        said = sending.send(reports.as_json(report), given.send)
    except Unchecked as reason:
        _is_said(str(reason), tell)
        return False
    return _is_said(said, tell)


def _aside(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _keep(report: Report, given: argparse.Namespace) -> None:
    """Write the report and, where it is asked for, the baseline; what prevents that is its refusal."""
    try:
        if given.write_baseline and not report.refusal:
            reports.put(given.write_baseline, baselines.text(report.findings))
        reports.write(report, given.report)
    except Unchecked as reason:
        report.refusal = report.refusal or str(reason)


if __name__ == "__main__":
    sys.exit(main())
