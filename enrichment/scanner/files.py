"""The Python files of a tree, each once, and what of it cannot be read."""

import ast
import errno
import os
import stat
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path

from enrichment.scanner.records import Unreadable, WrongUse, shown
from enrichment.scanner.settings import Settings

PASSED_OVER = (
    "__pycache__",
    "node_modules",
    "site-packages",
    "venv",
)
ENDING = ".py"
NOT_UTF8 = "is not UTF-8: convert it or name its encoding in the first line"
TOO_DEEP = "is nested too deeply to be read"
CLOSED = "is a folder that may not be listed"


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
    seen: set[tuple[int, int]] = set()
    for path in _files(root, settings):
        file = shown(path.relative_to(base))
        if _is_known(path, seen):
            continue
        if not _is_left_out(file, settings):
            yield _source(path, file, _resolved(base), settings)


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


def _files(root: Path, settings: Settings) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    seen = {_identity(root)}
    waiting = [root]
    while waiting:
        folders, files = _inside(waiting.pop())
        yield from files
        waiting += [
            folder
            for folder in reversed(folders)
            if _is_inside(folder, root) and not _is_known(folder, seen)
        ]


def _inside(folder: Path) -> tuple[list[Path], list[Path]]:
    try:
        with os.scandir(folder) as listed:
            found = sorted(listed, key=_name)
    except OSError:
        # named like a file, so that it is said of the folder that it cannot be read
        return [], [folder]
    folders, files = [], []
    for entry in found:
        if _is_folder(entry):
            folders.append(folder / entry.name)
        elif entry.name.endswith(ENDING):
            files.append(folder / entry.name)
    return [path for path in folders if not _is_passed_over(path.name)], files


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or might be one that nobody lets us see: that is said of it later."""
    try:
        return entry.is_dir()
    except OSError as reason:
        leads_nowhere = reason.errno == errno.ELOOP
        return not leads_nowhere and not entry.name.endswith(ENDING)


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in PASSED_OVER


def _is_known(path: Path, seen: set[tuple[int, int]]) -> bool:
    """Whether it was met by another name; what cannot be asked for its identity was not."""
    try:
        identity = _identity(path)
    except OSError:
        return False
    known = identity in seen
    seen.add(identity)
    return known


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _is_inside(path: Path, root: Path) -> bool:
    """Whether a link leads to somewhere in the tree: what is elsewhere is not asked about."""
    return not _is_link(path) or _resolved(path).is_relative_to(_resolved(root))


def _is_link(path: Path) -> bool:
    # Path.is_symlink() raises where the folder is closed
    return os.path.islink(path)  # noqa: PTH114


def _resolved(path: Path) -> Path:
    # Path.resolve() raises where links lead to each other
    return Path(os.path.realpath(path))


def _source(path: Path, file: str, base: Path, settings: Settings) -> Source | Unreadable:
    try:
        raw = _bytes(path, base, settings)
    except OSError as reason:
        return Unreadable(file, f"cannot be opened: {reason.strerror}")
    if isinstance(raw, str):
        return Unreadable(file, raw)
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(raw).readline)
        text = raw.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return Unreadable(file, NOT_UTF8)
    return _parsed(text, file)


def _bytes(path: Path, base: Path, settings: Settings) -> bytes | str:
    """Read a file, or say why not."""
    if _is_link(path) and not _resolved(path).is_relative_to(base):
        return "is a link that leads out of the tree"
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        return CLOSED
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is no file")
    if found.st_size > settings.max_bytes:
        return f"has {found.st_size:,} bytes; up to {settings.max_bytes:,} are read"
    with open(path, "rb", opener=_plain) as opened:
        return opened.read()


def _plain(path: str, flags: int) -> int:
    """Open without waiting, so that what has become a pipe since holds nobody up."""
    return os.open(path, flags | os.O_NONBLOCK)


def _parsed(text: str, file: str) -> Source | Unreadable:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Source(file, ast.parse(text), text)
    except SyntaxError as reason:
        return Unreadable(file, f"is not Python: {reason.msg}", reason.lineno)
    except ValueError as reason:
        return Unreadable(file, f"is not Python: {reason}")
    except (RecursionError, MemoryError):
        return Unreadable(file, TOO_DEEP)
