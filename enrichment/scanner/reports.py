"""An audit as JSON, as text and as SARIF."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from enrichment.scanner.audit import KINDS, NOTICES, is_violation
from enrichment.scanner.records import Audit, Finding

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_dict(audit: Audit) -> dict[str, object]:
    """Return the audit as scripts read it."""
    return {
        "summary": audit.summary,
        "findings": [one.as_dict() for one in audit.findings],
        "waivers": audit.waivers,
        "functions": [one.as_dict() for one in audit.tree.functions],
        "tree": audit.tree.path,
        "seconds": round(audit.tree.seconds, 3),
        "is_green": audit.is_green,
        "is_partial": audit.is_partial,
    }


def as_json(audit: Audit) -> str:
    return json.dumps(as_dict(audit), indent=2)


def as_text(audit: Audit) -> str:
    """Return the audit for people: a line a finding, then the figures."""
    lines = [_line(one) for one in audit.findings]
    summary = audit.summary
    lines += [_against(summary), _besides(audit), _outcome(summary)]
    if audit.is_partial:
        lines.append(_unread(summary))
    return "\n".join(lines)


def _against(summary: dict[str, int]) -> str:
    return (
        f"{summary['functions']} ingest functions, {summary['registered']} registered workflows: "
        f"{summary['unregistered']} only in the code, {summary['in_both']} in both, "
        f"{summary['registered_missing']} only in the registry."
    )


def _besides(audit: Audit) -> str:
    summary = audit.summary
    return (
        f"{summary['further_writers']} further writers, {summary['read_only']} only read; "
        f"{summary['files']} files read in {audit.tree.seconds:.1f} s."
    )


def _outcome(summary: dict[str, int]) -> str:
    return (
        f"{summary['findings']} findings, {summary['waived']} waived, "
        f"{summary['violations']} fail the audit."
    )


def _unread(summary: dict[str, int]) -> str:
    return f"The audit is partial: {summary['unreadable']} could not be read."


def _line(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file or "registry"
    name = finding.function or finding.slug
    expected = f", expected {finding.expected}" if finding.expected else ""
    waived = f" (waived until {finding.waived_until})" if finding.is_waived else ""
    return _plain(f"{place}: {finding.kind} {name}: {finding.found or 'nothing'}{expected}{waived}")


def _plain(text: str) -> str:
    """Write a text of somebody's code in one line: what nobody sees is written out."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def as_sarif(audit: Audit) -> str:
    """Return the audit as code hosts read it."""
    rules = [{"id": kind, "shortDescription": {"text": text}} for kind, text in KINDS.items()]
    driver = {
        "name": "enrichment-scanner",
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(one, Path(audit.tree.path)) for one in audit.findings],
    }
    whole = {
        "$schema": SARIF,
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(whole, indent=2)


def _result(finding: Finding, tree: Path) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.kind,
        "level": _level(finding),
        "message": {"text": _line(finding)},
    }
    if finding.file:
        uri = _uri(tree, finding.file)
        region = {"region": {"startLine": finding.line}} if finding.line else {}
        place = {"artifactLocation": {"uri": uri}} | region
        result["locations"] = [{"physicalLocation": place}]
    if finding.is_waived:
        result["suppressions"] = [
            {"kind": "external", "justification": finding.waived_because},
        ]
    return result


def _uri(tree: Path, file: str) -> str:
    # code hosts know a file by its path from the root of the repository, where they run commands
    folder = tree.parent if tree.is_file() else tree
    whole = folder.resolve() / file
    here = Path.cwd()
    path = whole.relative_to(here) if whole.is_relative_to(here) else Path(file)
    return quote(path.as_posix(), errors="replace")


def _level(finding: Finding) -> str:
    if finding.kind in NOTICES:
        return "note"
    return "error" if is_violation(finding) else "note"


FORMATS: dict[str, Callable[[Audit], str]] = {
    "json": as_json,
    "text": as_text,
    "sarif": as_sarif,
}
