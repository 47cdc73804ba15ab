"""Reports of the canon's checks: three repositories, a dozen reports each, told by the service itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F

from governance.canon.checks import reports, waivers
from governance.canon.checks.console.checkouts import Checkout
from governance.canon.checks.findings import Finding, Rule, State, order
from governance.canon.checks.runs import Report
from governance.models import CheckReport
from governance.services.canon import checks

REPORTS = 12
APART = timedelta(days=2)
# between the check and its report
ON_ITS_WAY = timedelta(seconds=40)
LAST = REPORTS - 1
NEVER = REPORTS
LIBRARY = "{} is a banned library."
LEFT_OUT = {".venv": "a virtual environment", "archive": "an archive"}


@dataclass(frozen=True)
class Told:
    """A finding that is there from one report to another; waived or in the baseline from one on, until `days` after the last."""

    finding: Finding
    first: int = 0
    last: int = LAST
    waived_from: int = NEVER
    known_from: int = NEVER
    days: int = 60
    why: str = ""

    def at(self, number: int, day: datetime) -> Finding | None:
        """Return it as that report has it; lines move with the code."""
        if not self.first <= number <= self.last:
            return None
        moved = replace(self.finding, line=self.finding.line + 3 * number)
        if number >= self.waived_from:
            until = (day + timedelta(days=self.days)).date()
            return replace(moved, state=State.WAIVED, because=self.why, until=until)
        if number >= self.known_from:
            because = "It was there when the baseline was written."
            return replace(moved, state=State.KNOWN, because=because)
        return moved


def found(rule: Rule, name: str, file: str, line: int, said: str = LIBRARY) -> Finding:
    """Make a finding."""
    return Finding(rule, name, line, 8, said.format(name), file=file)


INGEST = (
    Told(found(Rule.LIBRARY, "lxml", "requirements.txt", 4), last=7),
    Told(found(Rule.IMPORT, "lxml", "ingest/filings.py", 3), last=7),
    Told(found(Rule.IMPORT, "lxml", "ingest/pages.py", 5), last=5),
    Told(found(Rule.IMPORT, "beautifulsoup4", "ingest/pages.py", 6), last=5),
    Told(found(Rule.IMPORT, "requests", "ingest/retry.py", 2), first=3, last=4),
    Told(
        found(Rule.VENDOR, "Clearbit", "ingest/logos.py", 18, "{} is a banned vendor."),
        waived_from=6,
        days=9,
        why="Logos are fetched until the contract ends. (Ines Duarte)",
    ),
    Told(
        found(Rule.PATTERN, "bulk_enrichment", "ingest/nightly.py", 41, "{} is banned."),
        first=9,
    ),
)
HUBS = (
    Told(
        found(Rule.LIBRARY, "requests", "requirements-dev.lock", 210),
        waived_from=0,
        days=120,
        why="A tool of the tests brings it in. (Nadia Okafor)",
    ),
    Told(
        found(Rule.TOOL, "api.peoplefinder.example", "hubs/people.py", 77, "{} is not registered."),
        first=4,
        last=6,
    ),
    Told(
        found(Rule.TOOL, "Apify", "hubs/blog.py", 12, "{} is not registered."),
        first=8,
        last=9,
    ),
)
NOTEBOOKS = (
    *(
        Told(
            replace(found(Rule.IMPORT, name, f"analysis/{file}.ipynb", 1), cell=2),
            known_from=2,
        )
        for file in ("coverage", "titles", "domains", "funnel")
        for name in ("beautifulsoup4", "requests")
    ),
    Told(
        replace(found(Rule.IMPORT, "selenium", "analysis/profiles.ipynb", 2), cell=5),
        first=6,
    ),
    Told(
        found(
            Rule.UNREADABLE,
            "",
            "analysis/old export.py",
            1,
            "is not UTF-8 and names no encoding",
        ),
        first=10,
    ),
)
REPOSITORIES = {
    "outreach/ingest": INGEST,
    "outreach/hubs": HUBS,
    "outreach/notebooks": NOTEBOOKS,
}


def tell(*, latest: datetime) -> None:
    """Send the reports of three repositories, the last ones in the two hours before `latest`."""
    sender = User.objects.get(username="ops")
    for place, (name, history) in enumerate(REPOSITORIES.items()):
        moment = latest - timedelta(minutes=35 * (place + 1))
        for said in _reports(name, history, moment):
            checks.store(said, by=sender)
    CheckReport.objects.update(received_at=F("checked_at") + ON_ITS_WAY)


def _reports(
    name: str,
    history: tuple[Told, ...],
    last: datetime,
) -> Iterator[dict[str, Any]]:
    for number in range(REPORTS):
        moment = last - APART * (LAST - number)
        findings = [one for told in history if (one := told.at(number, last))]
        yield _said(name, number, moment, sorted(findings, key=order))


def _said(
    name: str,
    number: int,
    moment: datetime,
    findings: list[Finding],
) -> dict[str, Any]:
    """Write a report as it is read from its file."""
    commit = sha256(f"{name} {number}".encode()).hexdigest()[:40]
    report = Report(
        ".",
        Checkout(name, "main", commit),
        canon=2,
        findings=findings,
        notes=_notes(findings, moment),
        left_out=LEFT_OUT,
        files=140 + 3 * number,
        lines=21_300 + 410 * number,
        seconds=0.8 + 0.05 * number,
    )
    rows = [one.as_dict() | {"until": one.until} for one in findings]
    return reports.as_dict(report) | {"checked_at": moment, "findings": rows}


def _notes(findings: list[Finding], moment: datetime) -> list[str]:
    soon = moment.date() + timedelta(days=waivers.SOON)
    ending = [one for one in findings if one.until and one.until <= soon]
    return [f"The waiver of {one.rule} in {one.file} ends on {one.until}." for one in ending]


def figures() -> list[tuple[str, int]]:
    """Return what there is to see of it, counted."""
    return [("reports of checks", CheckReport.objects.count())]
