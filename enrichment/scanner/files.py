"""The Python files of a tree, each once, and what of it cannot be read."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from enrichment.scanner.records import Unreadable, WrongUse, shown
from enrichment.scanner.settings import Settings
from outreach_admin.disk import sources
from outreach_admin.disk.sources import Fault

PASSED_OVER = (
    "__pycache__",
    "node_modules",
    "site-packages",
    "venv",
)
ENDING = ".py"


@dataclass(frozen=True)
class Source:
    """One file that was read: its path below the tree, its syntax and its number of lines."""

    file: str
    tree: ast.Module
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n") + 1


def read(root: Path, settings: Settings) -> Iterator[Source | Unreadable]:
    """Read every Python file below a folder, or the one that is named; refuse what is not there.

    A file or folder that may not be read is named, and the others are read.
    """
    _demand(root)
    base = root if root.is_dir() else root.parent
    found = sources.walk(root, takes=_is_python, enters=_is_entered, outside=_unsaid)
    for path in found:
        file = shown(path.relative_to(base))
        if not _is_left_out(file, settings):
            yield _source(path, file, base, settings)


def _is_left_out(file: str, settings: Settings) -> bool:
    # a folder is named here only where it is closed, and then goes by the pattern of its files
    names = (file, f"{file}/")
    return any(fnmatchcase(name, pattern) for pattern in settings.exclude for name in names)


def _demand(root: Path) -> None:
    try:
        root.stat()
    except FileNotFoundError:
        raise WrongUse(f"{root} is not there.") from None
    except OSError as reason:
        raise WrongUse(f"{root} cannot be read: {reason.strerror}.") from reason


def _is_python(path: Path) -> bool:
    return path.name.endswith(ENDING)


def _is_entered(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.name not in PASSED_OVER


def _unsaid(folder: Path) -> None:
    """Say nothing of a folder that is elsewhere."""


def _source(path: Path, file: str, base: Path, settings: Settings) -> Source | Unreadable:
    data = sources.raw(path, base, max_bytes=settings.max_bytes)
    text = data if isinstance(data, Fault) else sources.decoded(data)
    tree = text if isinstance(text, Fault) else sources.parsed(text)
    if isinstance(tree, Fault):
        return Unreadable(file, tree.reason, tree.line)
    assert isinstance(text, str)
    return Source(file, tree, text)
