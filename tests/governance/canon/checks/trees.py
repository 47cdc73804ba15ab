"""Small repositories, written where a test wants them, and what the checks find in them."""

import json
from pathlib import Path

from governance.canon.checks import known, runs
from governance.canon.checks.code import modules
from governance.canon.checks.findings import Finding
from governance.canon.checks.runs import How, Report

KNOWN = known.of_file()


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files by their path below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def run(folder: Path, **given) -> Report:
    return runs.run(How(folder, **{"is_cached": False} | given))


def found(folder: Path) -> list[tuple[str, str, str]]:
    """What is open in a tree: place, rule and name of each finding."""
    return found_in(run(folder))


def found_in(report: Report) -> list[tuple[str, str, str]]:
    """The same of a report."""
    return [shown(one) for one in report.open]


def shown(finding: Finding) -> tuple[str, str, str]:
    return finding.place, finding.rule.value, finding.name


def in_code(text: str) -> list[tuple[int, int, str, str]]:
    """What is found in a module: line, column, rule and name."""
    found = modules.of_text(text, KNOWN)
    return [(one.line, one.column, one.rule.value, one.name) for one in found]


def notebook(*cells: str, language: str = "python") -> str:
    """A notebook with these cells of code."""
    made = [
        {"cell_type": "code", "source": cell.splitlines(keepends=True), "metadata": {}}
        for cell in cells
    ]
    about = {"kernelspec": {"name": "k", "language": language}}
    return json.dumps({"nbformat": 4, "metadata": about, "cells": made})
