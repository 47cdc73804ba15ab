"""A run as JSON for scripts, as text for people, and as SARIF for pages of code."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from governance.canon.checks.findings import (
    MEANINGS,
    Finding,
    Rule,
    State,
    Unchecked,
)
from governance.canon.checks.runs import Report

FILE = "ci_enforcement_report.json"
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = 1
# bytes of one that a console takes: three times as many as 20,000 findings have
LARGEST = 32 * 1024 * 1024
STATUS = {0: "clean", 1: "violations", 2: "could not check"}


def as_dict(report: Report) -> dict[str, Any]:
    """Return the report as scripts and consoles read it."""
    said = {
        "version": VERSION,
        "canon": report.canon,
        "repository": report.checkout.repository,
        "branch": report.checkout.branch,
        "commit": report.checkout.commit,
        "path": report.path,
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "status": STATUS[report.exit_code],
        "exit_code": report.exit_code,
        "refusal": report.refusal,
        "summary": summary(report),
        "findings": [one.as_dict() for one in report.findings],
        "notes": report.notes,
        "left_out": [{"path": path, "why": why} for path, why in report.left_out.items()],
        "files": report.files,
        "lines": report.lines,
        "seconds": round(report.seconds, 3),
    }
    plain: dict[str, Any] = _plain(said)
    return plain


def _plain(value: Any) -> Any:
    """Write what no database takes, in texts at any depth, as Python would: names of files may be any bytes."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def summary(report: Report) -> dict[str, dict[str, int]]:
    """Count findings by rule and by state."""
    counts = {rule.value: dict.fromkeys(map(str, State), 0) for rule in Rule}
    for (rule, state), count in Counter((one.rule, one.state) for one in report.findings).items():
        counts[rule.value][state.value] = count
    return counts


def as_json(report: Report) -> str:
    return json.dumps(as_dict(report), indent=2)


def as_text(report: Report) -> str:
    """Return the report for people: a line for each finding that counts, then what else is to be known."""
    lines = [f"{one.place}: {one.rule}: {_sentence(one)}" for one in report.open]
    lines += [f"Note: {note}" for note in report.notes]
    lines += [report.refusal] if report.refusal else []
    return "\n".join([*lines, _figures(report)])


def _sentence(finding: Finding) -> str:
    return f"it {finding.said}." if finding.rule is Rule.UNREADABLE else finding.said


def _figures(report: Report) -> str:
    counted = Counter(one.state for one in report.findings)
    others = [f"{counted[state]} {state}" for state in (State.WAIVED, State.KNOWN)]
    files = f"{report.files:,} files, {report.lines:,} lines"
    found = len(report.open) - len(report.unread)
    parts = [f"{found} violations", f"{len(report.unread)} unreadable", *others, files]
    return f"{STATUS[report.exit_code].capitalize()}: {', '.join(parts)} in {report.seconds:.1f} s."


def as_sarif(report: Report) -> str:
    """Return the report in SARIF 2.1.0; what is waived or in the baseline is suppressed there."""
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "canon-check", "rules": _rules()}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one) for one in report.findings],
        "invocations": [_invocation(report)],
    }
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


def _rules() -> list[dict[str, Any]]:
    return [{"id": rule.value, "shortDescription": {"text": MEANINGS[rule]}} for rule in Rule]


def _invocation(report: Report) -> dict[str, Any]:
    said = [report.refusal] if report.refusal else []
    return {
        "executionSuccessful": report.exit_code != 2,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [{"message": {"text": text}} for text in said],
    }


def _result(finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file)}}
    text = _sentence(finding)
    if finding.cell:
        # its lines are those of the cell, not of the file
        text = f"Cell {finding.cell}, line {finding.line}: {text}"
    else:
        place["region"] = {"startLine": finding.line, "startColumn": finding.column}
    result: dict[str, Any] = {
        "ruleId": finding.rule.value,
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"identity/v1": "|".join(finding.identity)},
    }
    if finding.state is not State.OPEN:
        suppression = {"kind": "external", "justification": finding.because}
        result["suppressions"] = [suppression]
    return result


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
}


def write(
    report: Report,
    path: Path,
) -> None:
    """Write the report as JSON, whatever it says; raises Unchecked where that is not possible."""
    put(path, as_json(report) + "\n")


def put(
    path: Path,
    text: str,
) -> None:
    """Write a file; raises Unchecked where that is not possible."""
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except (OSError, ValueError) as reason:
        why = getattr(reason, "strerror", None) or reason
        raise Unchecked(f"{path} cannot be written: {why}.") from reason
