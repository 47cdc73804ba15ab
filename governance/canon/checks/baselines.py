"""What was there before: findings that a repository began with, by identity and count."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import (
    dataclass,
    field,
    replace,
)
from pathlib import Path
from typing import Any

from governance.canon.checks.findings import (
    Finding,
    Rule,
    State,
    Unchecked,
)

Identity = tuple[str, str, str]
PARTS = ("rule", "file", "name")
VERSION = 1
BECAUSE = "It was there when the baseline was written."


@dataclass(frozen=True)
class Baseline:
    """How often each finding may be there; what cannot be read is never among them."""

    counts: Counter[Identity] = field(default_factory=Counter)

    def apply(self, findings: list[Finding]) -> list[Finding]:
        """Mark what was there before: of each identity as many as are counted, the others stay open."""
        left = Counter(self.counts)
        return [self._marked(one, left) for one in findings]

    @staticmethod
    def _marked(finding: Finding, left: Counter[Identity]) -> Finding:
        if finding.state is not State.OPEN or not left[finding.identity]:
            return finding
        left[finding.identity] -= 1
        return replace(finding, state=State.KNOWN, because=BECAUSE)

    def gone(self, findings: Iterable[Finding]) -> Counter[Identity]:
        """Count what the baseline has and the tree has no more."""
        return self.counts - Counter(one.identity for one in findings)


def read(path: Path) -> Baseline:
    """Read a baseline; raises Unchecked where it is not there or not sound."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except OSError as reason:
        raise Unchecked(f"The baseline {path} cannot be opened: {reason.strerror}.") from reason
    except (ValueError, RecursionError) as reason:
        raise Unchecked(f"The baseline {path} is not JSON. Write it anew.") from reason
    entries = held.get("findings") if isinstance(held, dict) else None
    if not isinstance(entries, list) or held.get("version") != VERSION:
        said = f"The baseline {path} has no findings of version {VERSION}. Write it anew."
        raise Unchecked(said)
    counts: Counter[Identity] = Counter()
    for number, entry in enumerate(entries, 1):
        identity, count = _entry(entry, f"The baseline {path}, entry {number},")
        counts[identity] += count
    return Baseline(counts)


def _entry(
    entry: Any,
    place: str,
) -> tuple[Identity, int]:
    if not isinstance(entry, dict):
        raise Unchecked(f"{place} is no entry. Write it anew.")
    parts = [entry.get(name) for name in PARTS]
    count = entry.get("count")
    is_whole = all(isinstance(part, str) for part in parts)
    if not is_whole or type(count) is not int or count < 1 or parts[0] == Rule.UNREADABLE:
        raise Unchecked(f"{place} needs rule, file, name and a count above 0. Write it anew.")
    rule, file, name = map(str, parts)
    return (rule, file, name), count


def text(findings: Iterable[Finding]) -> str:
    """Return the baseline of what was found; what is waived, or cannot be read, is not part of it."""
    counted = Counter(
        one.identity
        for one in findings
        if one.state is not State.WAIVED and one.rule is not Rule.UNREADABLE
    )
    entries = [
        dict(zip(PARTS, identity, strict=True)) | {"count": count}
        for identity, count in sorted(counted.items())
    ]
    return json.dumps({"version": VERSION, "findings": entries}, indent=2) + "\n"
