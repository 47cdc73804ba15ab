"""Findings that somebody answers for until a day: a TOML file of [[waiver]] tables."""

import os
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from enrichment.scanner.records import Finding, WrongUse
from enrichment.scanner.settings import toml

FIELDS = ("finding", "function", "slug", "file", "reason", "by", "expires")
NEEDED = ("finding", "reason", "by", "expires")
# by what a finding is named; patterns, as in a shell
NAMING = ("function", "slug", "file")
# what a waiver cannot answer for
NEVER = (
    "unreadable",
    "expired_waiver",
    "unused_waiver",
)
# where a tree says what is waived
FILE = "waivers.toml"


class Named(Protocol):
    """What a waiver looks at: a finding, kept or not."""

    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class Waiver:
    """One waiver; `expires` is the last day on which it counts."""

    finding: str
    reason: str
    by: str
    expires: date
    function: str = ""
    slug: str = ""
    file: str = ""

    def is_over(self, today: date) -> bool:
        return self.expires < today

    def fits(self, finding: Named) -> bool:
        """Whether it answers for a finding."""
        if finding.kind in NEVER or not fnmatchcase(finding.kind, self.finding):
            return False
        return all(
            fnmatchcase(getattr(finding, name), pattern)
            for name in NAMING
            if (pattern := getattr(self, name))
        )

    def name(self) -> str:
        """Return what it is about, in short."""
        named = [pattern for name in NAMING if (pattern := getattr(self, name))]
        return f"{self.finding}: {', '.join(named)}"

    def as_dict(self, today: date) -> dict[str, object]:
        return {
            "finding": self.finding,
            "function": self.function,
            "slug": self.slug,
            "file": self.file,
            "reason": self.reason,
            "by": self.by,
            "expires": self.expires.isoformat(),
            "days_left": (self.expires - today).days,
        }


def of(tree: Path, named: Path | None = None) -> list[Waiver]:
    """Read the waivers of a tree: the file that is named, else its own where it has one."""
    own = tree / FILE
    if named:
        return read(named)
    # Path.is_file() raises where the folder is closed, which is a finding
    is_there = os.path.isfile(own)  # noqa: PTH113
    return read(own) if is_there else []


def read(path: Path) -> list[Waiver]:
    """Read a waiver file; refuse one that is not complete."""
    given = toml(path)
    if unknown := sorted(given.keys() - {"waiver"}):
        raise WrongUse(f"{path} has “{unknown[0]}”: it holds [[waiver]] tables alone.")
    tables = given.get("waiver", [])
    if not isinstance(tables, list):
        raise WrongUse(f"{path}: a waiver begins with [[waiver]].")
    return [_waiver(f"{path}, waiver {n}", one) for n, one in enumerate(tables, 1)]


def _waiver(place: str, table: object) -> Waiver:
    if not isinstance(table, dict):
        raise WrongUse(f"{place} is no table.")
    for name in table:
        if name not in FIELDS:
            raise WrongUse(f"{place} has “{name}”; a waiver has {', '.join(FIELDS)}.")
    for name in NEEDED:
        if not table.get(name):
            raise WrongUse(f"{place} has no {name}: each needs {', '.join(NEEDED)}.")
    if not any(table.get(name) for name in NAMING):
        raise WrongUse(f"{place} names neither function nor slug nor file.")
    texts = {name: value for name, value in table.items() if name != "expires"}
    if not all(isinstance(value, str) for value in texts.values()):
        raise WrongUse(f"{place}: all but expires are texts.")
    return Waiver(**texts, expires=_day(place, table["expires"]))


def _day(place: str, value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as reason:
        raise WrongUse(f"{place}: expires is a day, as 2026-03-31, not “{value}”.") from reason


def apply(findings: list[Finding], waivers: list[Waiver], today: date) -> list[Finding]:
    """Mark what is waived, and add what is to be said of the waivers themselves."""
    live = [one for one in waivers if not one.is_over(today)]
    marked = [_marked(finding, live) for finding in findings]
    over = [_about(one, "expired_waiver", one.expires) for one in waivers if one.is_over(today)]
    unused = [
        _about(one, "unused_waiver", "nothing that it answers for")
        for one in live
        if not any(one.fits(finding) for finding in findings)
    ]
    return [*marked, *over, *unused]


def _marked(finding: Finding, live: list[Waiver]) -> Finding:
    fitting = [one for one in live if one.fits(finding)]
    if not fitting:
        return finding
    chosen = max(fitting, key=lambda one: one.expires)
    return replace(finding, waived_because=chosen.reason, waived_until=chosen.expires)


def _about(waiver: Waiver, kind: str, found: object) -> Finding:
    return Finding(
        kind,
        file=waiver.file,
        function=waiver.function,
        slug=waiver.slug,
        expected=f"waiver of {waiver.by}: {waiver.reason}",
        found=f"ended {found}" if isinstance(found, date) else str(found),
    )
