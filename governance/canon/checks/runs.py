"""One run of the checks over a tree: every file read, checked or remembered, then set against baseline and waivers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import (
    UTC,
    date,
    datetime,
)
from pathlib import Path

from governance.canon.checks import (
    baselines,
    batches,
    caches,
    contracts,
    files,
    known,
    waivers,
)
from governance.canon.checks.baselines import Baseline
from governance.canon.checks.console.checkouts import Checkout
from governance.canon.checks.files import Tree
from governance.canon.checks.findings import (
    Finding,
    Rule,
    State,
    Unchecked,
    order,
)
from governance.canon.checks.includes import Trail
from governance.canon.checks.known import Known
from governance.canon.checks.waivers import Waivers
from outreach_admin.disk import sources


@dataclass(frozen=True)
class How:
    """What a run is asked for; `today` is the day by which waivers end, that of UTC where none is given."""

    path: Path = Path()
    baseline: Path | None = None
    waivers: Path | None = None
    today: date | None = None
    is_cached: bool = True
    # of contracts: SQL that creates their tables
    schema: Path | None = None


@dataclass
class Report:
    """What a run found; all that counts is `open`."""

    path: str
    # where the code stands
    checkout: Checkout = field(default_factory=Checkout)
    canon: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    files: int = 0
    contracts: int = 0
    lines: int = 0
    seconds: float = 0.0
    # why nothing was checked
    refusal: str = ""

    @property
    def open(self) -> list[Finding]:
        return [one for one in self.findings if one.state is State.OPEN]

    @property
    def unread(self) -> list[Finding]:
        return [one for one in self.open if one.rule is Rule.UNREADABLE]

    @property
    def exit_code(self) -> int:
        """0 where all is in order, 1 where something is not, 2 where not all of it could be checked."""
        if self.refusal or self.unread:
            return 2
        return 1 if self.open else 0


def run(how: How) -> Report:
    """Check a tree, or one file. What prevents it is the report's `refusal`."""
    began = time.perf_counter()
    report = Report(str(how.path))
    try:
        _run(how, report)
    except Unchecked as reason:
        report.refusal = str(reason)
    report.seconds = time.perf_counter() - began
    return report


def _run(
    how: How,
    report: Report,
) -> None:
    looked_for = known.of_file()
    report.canon = looked_for.version
    _demand(how.path)
    tree = Tree(how.path)
    held = waivers.of(tree.base, how.waivers)
    before = baselines.read(how.baseline) if how.baseline else Baseline()
    today = how.today or datetime.now(UTC).date()
    found = sorted(_found(tree, looked_for, report, how), key=order)
    report.left_out = dict(sorted(tree.left_out.items()))
    _judge(report, found, before, held, today)
    if not report.files:
        raise Unchecked(f"{how.path} holds no file that is checked: name the root of a repository.")
    if how.schema and not report.contracts:
        raise Unchecked(
            f"{how.path} holds no {files.CONTRACT} that the schema {how.schema} could be held against."
        )


def _judge(
    report: Report, found: list[Finding], before: Baseline, held: Waivers, today: date
) -> None:
    report.findings = before.apply(held.apply(found, today))
    report.notes = held.notes(found, today)
    for (rule, file, name), count in sorted(before.gone(found).items()):
        said = f"{rule} {name} in {file} is in the baseline {count} times more than in the code: write it anew."
        report.notes.append(said)


def _demand(path: Path) -> None:
    try:
        path.stat()
    except (OSError, ValueError) as reason:
        why = getattr(reason, "strerror", None) or reason
        raise Unchecked(f"{path} cannot be checked: {why}.") from reason


def _found(
    tree: Tree,
    looked_for: Known,
    report: Report,
    how: How,
) -> Iterator[Finding]:
    """Check every file, then those that files of requirements name as their continuation."""
    cache = caches.Cache(tree.base, is_used=how.is_cached)
    trail = Trail(tree)
    while waiting := trail.taken():
        for task, read in batches.check(waiting, tree.base, cache):
            file = tree.shown(task.path)
            report.files += 1
            report.lines += read.lines
            yield from (one.within(file) for one in read.findings)
            yield from files.of_path(file, looked_for)
            yield from trail.follow(task.path, read.includes)
            if task.kind == "contract":
                report.contracts += 1
                yield from _of_contract(task.path, tree, looked_for, how)
    cache.write()


def _of_contract(
    path: Path,
    tree: Tree,
    looked_for: Known,
    how: How,
) -> Iterator[Finding]:
    data = sources.raw(path, tree.base, max_bytes=files.MAX_BYTES)
    # one that cannot be opened is a finding already
    if isinstance(data, bytes):
        for one in contracts.of_file(path, data, looked_for.hubs, how.schema):
            yield one.within(tree.shown(path))
