"""What was found in contents that were checked before: by their digest, so that nothing stands for a file that changed.

Kept in the account's own cache folder: one inside a repository could be sent along with code that it hides.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from governance.canon.checks.findings import (
    Finding,
    Include,
    Read,
    Rule,
)
from governance.canon.checks.known import TOOLBOX
from outreach_admin.disk import sources

ROOM = Path(__file__).parent
# whatever these say decides what is found
DECIDING = (
    Path(sources.__file__),
    TOOLBOX,
    *sorted(ROOM.rglob("*.py")),
    *sorted((ROOM.parent.parent / "toolbox").glob("*.py")),
)
# of a finding as the check of a content leaves it
KEPT = ("rule", "name", "line", "column", "said", "cell")
assert {field.name for field in fields(Finding)} >= set(KEPT)


@cache
def stamp() -> str:
    """Return what changes whenever the same content could be judged otherwise."""
    said = hashlib.sha256(repr(sys.version_info).encode())
    for path in DECIDING:
        said.update(path.read_bytes())
    return said.hexdigest()


def folder() -> Path:
    """Return where caches lie."""
    home = os.environ.get("XDG_CACHE_HOME") or ""
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return base / "outreach-ops" / "canon-checks"


def key(
    kind: str,
    data: bytes,
) -> str:
    return f"{kind} {hashlib.sha256(data).hexdigest()}"


class Cache:
    """What is known of contents; only those of this run are kept for the next one."""

    def __init__(
        self,
        root: Path,
        *,
        is_used: bool = True,
    ) -> None:
        self.is_used = is_used
        self.known: dict[str, Any] = {}
        self.kept: dict[str, Any] = {}
        if is_used:
            self.path = self._path(root)
            self.known = dict(self._read())

    @staticmethod
    def _path(root: Path) -> Path:
        name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()
        return folder() / f"{name[:32]}.json"

    def _read(self) -> Iterator[tuple[str, Any]]:
        try:
            held = json.loads(self.path.read_bytes())
            if held["stamp"] == stamp():
                yield from held["files"].items()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # it is only a cache
            return

    def get(self, key: str) -> Read | None:
        """Return what was found in a content, None where that is not known."""
        if key not in self.known:
            return None
        try:
            read = _unpacked(self.known[key])
        except (ValueError, TypeError, KeyError):
            return None
        self.kept[key] = self.known[key]
        return read

    def put(
        self,
        key: str,
        read: Read,
    ) -> None:
        self.kept[key] = [
            read.lines,
            list(read.includes),
            [[getattr(one, name) for name in KEPT] for one in read.findings],
        ]

    def write(self) -> None:
        """Keep it for the next run, where that is possible."""
        if not self.is_used:
            return
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self.path.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps({"stamp": stamp(), "files": self.kept}))
            new.replace(self.path)
        except OSError:
            return


def _unpacked(held: Any) -> Read:
    lines, includes, found = held
    findings = []
    for values in found:
        named = dict(zip(KEPT, values, strict=True))
        findings.append(Finding(**named | {"rule": Rule(named["rule"])}))
    return Read(tuple(findings), int(lines), tuple(Include(*one) for one in includes))
