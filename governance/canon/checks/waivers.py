"""Findings that somebody answers for until a day: a TOML file of [[waiver]] tables.

A waiver that is not complete is void: it answers for nothing, and the report says so.
"""

import os
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from governance.canon.checks.findings import (
    Finding,
    Rule,
    State,
    Unchecked,
)

# where a tree says what is waived
FILE = "canon_waivers.toml"
# in the root of a repository, or beside what else its CI needs
PLACES = (FILE, f".ci/{FILE}")
NEEDED = ("rule", "file", "reason", "by", "expires")
FIELDS = (*NEEDED, "name")
LONGEST = 200_000
# days before the end of a waiver on which the report tells of it
SOON = 14


@dataclass(frozen=True)
class Waiver:
    """One waiver. `file` is a pattern as in a shell, `expires` the last day on which it counts, in UTC."""

    rule: str
    file: str
    reason: str
    by: str
    expires: date
    name: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether it answers for a finding; one that cannot be read has no name."""
        named = self.name in ("", finding.name) or finding.rule is Rule.UNREADABLE
        return finding.rule == self.rule and fnmatchcase(finding.file, self.file) and named

    def __str__(self) -> str:
        return f"waiver of {self.rule} {self.name} in {self.file}".replace("  ", " ")


@dataclass(frozen=True)
class Waivers:
    """The waivers of a tree: those that count, those that are over, and what is wrong with the others."""

    all: tuple[Waiver, ...] = ()
    void: tuple[str, ...] = ()

    def apply(
        self,
        findings: list[Finding],
        today: date,
    ) -> list[Finding]:
        """Mark what is waived."""
        live = [one for one in self.all if one.expires >= today]
        return [_marked(finding, live) for finding in findings]

    def notes(
        self,
        findings: list[Finding],
        today: date,
    ) -> list[str]:
        """Say which waivers are void, over, soon over, or answer for nothing."""
        said = [f"{one}: it is void." for one in self.void]
        for one in self.all:
            left = (one.expires - today).days
            if left < 0:
                said.append(f"The {one} ended on {one.expires}.")
            elif not any(one.fits(finding) for finding in findings):
                said.append(f"The {one} answers for nothing: take it out.")
            elif left <= SOON:
                said.append(f"The {one} ends on {one.expires}.")
        return said


def _marked(finding: Finding, live: list[Waiver]) -> Finding:
    fitting = [one for one in live if one.fits(finding)]
    if not fitting:
        return finding
    chosen = max(fitting, key=lambda one: one.expires)
    because = f"{chosen.reason} ({chosen.by})"
    return replace(finding, state=State.WAIVED, because=because, until=chosen.expires)


def of(
    base: Path,
    named: Path | None = None,
) -> Waivers:
    """Read the waivers of a tree: the file that is named, else its own where it has one."""
    if named:
        return read(named)
    # Path.exists() raises where the folder is closed, which is a finding
    own = (base / place for place in PLACES)
    found = next(filter(os.path.lexists, own), None)
    return read(found) if found else Waivers()


def read(path: Path) -> Waivers:
    """Read a file of waivers; raises Unchecked where it cannot be opened."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LONGEST + 1)
    except OSError as reason:
        raise Unchecked(f"The waivers {path} cannot be opened: {reason.strerror}.") from reason
    if len(data) > LONGEST:
        raise Unchecked(f"The waivers {path} have more than {LONGEST:,} bytes.")
    try:
        given = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as reason:
        return Waivers(void=(f"{path.name} is not TOML ({reason})",))
    tables = given.pop("waiver", [])
    void = [f"{path.name}: “{name}” is not known there" for name in given]
    found = []
    for number, table in enumerate(tables if isinstance(tables, list) else [tables], 1):
        wrong = what_is_wrong(table)
        if wrong:
            void.append(f"{path.name}, waiver {number}, {wrong}")
        else:
            found.append(Waiver(**table))
    return Waivers(tuple(found), tuple(void))


def what_is_wrong(table: Any) -> str:
    """Say what a waiver lacks; empty where it is whole."""
    if not isinstance(table, dict):
        return "is no table"
    if unknown := sorted(table.keys() - set(FIELDS)):
        return f"has “{unknown[0]}”, which is not known"
    for name in NEEDED:
        if not table.get(name):
            return f"has no {name}"
    for name in sorted(table.keys() - {"expires"}):
        if not isinstance(table[name], str) or not table[name].strip():
            return f"has no text as {name}"
    if table["rule"] not in list(Rule):
        return f"names no rule: {', '.join(Rule)} are there"
    return _no_day(table["expires"])


def _no_day(value: Any) -> str:
    # a moment is a day too for Python
    if isinstance(value, date) and not isinstance(value, datetime):
        return ""
    return "expires on no day: write it as expires = 2026-03-31"
