"""Reports of the canon's checks as programs send them, and what it takes to have some kept."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from governance.api.serializers.canon.checks import CheckReportBody
from governance.canon.checks.findings import CODES, Rule, State
from governance.canon.checks.reports import STATUS
from governance.models import CheckReport
from governance.services.canon import checks
from outreach_admin.api import bodies
from tests import make

REPOSITORY = "acme/ingest"


def finding(name: str = "lxml", **given: Any) -> dict[str, Any]:
    """A finding that counts."""
    rule = given.get("rule", "banned-import")
    return {
        "rule": rule,
        "code": CODES.get(Rule(rule), ""),
        "name": name,
        "file": "a.py",
        "cell": None,
        "line": 1,
        "column": 8,
        "said": f"{name} is a banned library.",
        "state": "open",
        "because": "",
        "until": None,
    } | given


def waived(name: str = "lxml", until: str = "2030-01-31", **given: Any) -> dict[str, Any]:
    """A finding that somebody answers for."""
    answered = {"state": "waived", "because": "It goes with the parser. (Ada)", "until": until}
    return finding(name, **answered | given)


def unreadable(file: str = "b.py") -> dict[str, Any]:
    """A file of which nothing is claimed."""
    return finding("", rule="unreadable", file=file, said="is not Python")


def ago(**given: float) -> str:
    """A moment before now, as reports write it."""
    return (timezone.now() - timedelta(**given)).astimezone(UTC).isoformat()


def body(*findings: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A whole report; what follows from the findings does."""
    found = list(findings)
    is_open = [one for one in found if one["state"] == "open"]
    refusal = given.get("refusal", "")
    code = 1 if is_open else 0
    if refusal or any(one["rule"] == "unreadable" for one in is_open):
        code = 2
    counts = Counter((one["rule"], one["state"]) for one in found)
    return {
        "version": 1,
        "canon": 2,
        "repository": REPOSITORY,
        "branch": "main",
        "commit": "5d41402abc4b2a76b9719d911017c592ae1f0e3a",
        "path": ".",
        "checked_at": ago(hours=1),
        "status": STATUS[code],
        "exit_code": code,
        "refusal": refusal,
        "summary": {
            rule.value: {state.value: counts[rule, state] for state in State} for rule in Rule
        },
        "findings": found,
        "notes": [],
        "left_out": [],
        "files": 41,
        "lines": 6180,
        "seconds": 0.42,
    } | given


def kept(*findings: dict[str, Any], by: Any = None, **given: Any) -> CheckReport:
    """The same, sent and kept."""
    said = bodies.read(CheckReportBody, body(*findings, **given))
    return checks.store(said, by=by or make.triager()).report


def over_time(*reports: list[dict[str, Any]], **given: Any) -> list[CheckReport]:
    """Reports one day after the other, the last one of an hour ago."""
    sender = make.triager()
    first = datetime.now(UTC) - timedelta(hours=1, days=len(reports) - 1)
    return [
        kept(
            *found,
            by=sender,
            checked_at=(first + timedelta(days=day)).isoformat(),
            **given,
        )
        for day, found in enumerate(reports)
    ]
