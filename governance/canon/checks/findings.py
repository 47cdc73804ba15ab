"""What the checks say: findings with their place, and what is read of one file."""

from dataclasses import (
    dataclass,
    field,
    replace,
)
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from governance.toolbox.codes import BANNED, NOT_REGISTERED


class Rule(StrEnum):
    """What a finding is one of; waivers and baselines name it so."""

    LIBRARY = "banned-library"
    IMPORT = "banned-import"
    VENDOR = "banned-vendor"
    TOOL = "unregistered-tool"
    PATTERN = "banned-pattern"
    CONTRACT = "done-state"
    UNREADABLE = "unreadable"


CODES = {
    Rule.LIBRARY: BANNED,
    Rule.IMPORT: BANNED,
    Rule.VENDOR: BANNED,
    Rule.PATTERN: BANNED,
    Rule.TOOL: NOT_REGISTERED,
}
MEANINGS = {
    Rule.LIBRARY: "A banned library is among the dependencies.",
    Rule.IMPORT: "A banned library is imported.",
    Rule.VENDOR: "A banned vendor is used.",
    Rule.TOOL: "Something outside is called that the canon does not list.",
    Rule.PATTERN: "A banned way of working has a name in the code.",
    Rule.CONTRACT: "The contract of done states is not sound.",
    Rule.UNREADABLE: "Nothing can be claimed of it.",
}


class State(StrEnum):
    """Whether a finding counts: `open` does."""

    OPEN = "open"
    KNOWN = "in the baseline"
    WAIVED = "waived"


class Unchecked(Exception):  # noqa: N818 - a refusal, in a sentence
    """Nothing could be checked; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `name` is what was found, `line` and `column` begin with 1; in a notebook they are those of the cell."""

    rule: Rule
    name: str
    line: int
    column: int
    said: str
    file: str = ""
    cell: int = 0
    state: State = State.OPEN
    because: str = ""
    until: date | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        """What it stays when code moves within its file; the same one can be there several times."""
        return self.rule.value, self.file, self.name

    @property
    def place(self) -> str:
        cell = f"cell {self.cell}:" if self.cell else ""
        return f"{self.file}:{cell}{self.line}:{self.column}"

    def within(self, file: str) -> "Finding":
        return replace(self, file=file)

    def as_dict(self) -> dict[str, Any]:
        """Return it as reports hold it."""
        return {
            "rule": self.rule.value,
            "code": CODES.get(self.rule, ""),
            "name": self.name,
            "file": self.file,
            "cell": self.cell or None,
            "line": self.line,
            "column": self.column,
            "said": self.said,
            "state": self.state.value,
            "because": self.because,
            "until": self.until.isoformat() if self.until else None,
        }


def order(finding: Finding) -> tuple[Any, ...]:
    """Sort by place."""
    return finding.file, finding.cell, finding.line, finding.column, finding.rule, finding.name


def unreadable(
    reason: str,
    *,
    line: int | None = None,
    column: int = 1,
    cell: int = 0,
) -> Finding:
    """Say of a file, or a cell of it, that nothing is claimed of it."""
    return Finding(
        Rule.UNREADABLE,
        "",
        line or 1,
        column,
        reason,
        cell=cell,
    )


class Include(NamedTuple):
    """A file in which one goes on, by the path from it, and the place that names it."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Read:
    """What was found in one file, how many lines it has, and the files of requirements that it names."""

    findings: tuple[Finding, ...] = ()
    lines: int = 0
    includes: tuple[Include, ...] = field(default=())
