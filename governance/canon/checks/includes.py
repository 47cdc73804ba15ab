"""Files in which others go on: read wherever they lie in the tree, and named where they lie elsewhere."""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from governance.canon.checks import files
from governance.canon.checks.batches import Task
from governance.canon.checks.dependencies import manifests
from governance.canon.checks.dependencies.names import shown
from governance.canon.checks.files import Tree
from governance.canon.checks.findings import (
    Finding,
    Include,
    unreadable,
)

# kinds of files that say what is required
KINDS = frozenset({"requirements", *manifests.READERS})
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


class Unfollowed(Exception):  # noqa: N818 - it becomes a finding
    """Why nothing of a file was read."""


class Trail:
    """What is read of a tree, so that no file is read twice, whoever names it; `waiting` are those to read."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.tasks = [Task(path, files.kind_of(path) or "python") for path in tree.files()]
        self.waiting = self.tasks

    @cached_property
    def seen(self) -> set[str]:
        """The files of dependencies; in most trees none names another, and nothing is asked."""
        return {os.path.realpath(task.path) for task in self.tasks if task.kind in KINDS}

    @cached_property
    def base(self) -> str:
        return os.path.realpath(self.tree.base)

    def taken(self) -> list[Task]:
        """Return what waits, which then waits no more."""
        taken, self.waiting = self.waiting, []
        return taken

    def follow(self, path: Path, includes: Iterable[Include]) -> Iterator[Finding]:
        """Let the files in which one goes on wait; give a finding for each that nobody can read."""
        for one in includes:
            try:
                self._add(self._whole(path, one.file))
            except Unfollowed as reason:
                said = f"goes on in {shown(one.file)}, {reason}: nothing of that was read"
                found = unreadable(said, line=one.line, column=one.column)
                yield found.within(self.tree.shown(path))

    def _add(self, whole: str) -> None:
        if whole not in self.seen:
            self.seen.add(whole)
            path = self.tree.base / os.path.relpath(whole, self.base)
            kind = files.kind_of(path)
            self.waiting.append(Task(path, kind if kind in KINDS else "requirements"))

    def _whole(self, path: Path, name: str) -> str:
        if ADDRESS.match(name):
            raise Unfollowed("which is an address")
        try:
            whole = os.path.realpath(path.parent / name)
        except (OSError, ValueError) as reason:
            raise Unfollowed("which no file is called") from reason
        if not Path(whole).is_relative_to(self.base):
            raise Unfollowed("which lies outside of what was checked")
        # Path.is_dir() raises where a folder above it is closed
        if os.path.isdir(whole):  # noqa: PTH112
            raise Unfollowed("which is a folder")
        return whole
