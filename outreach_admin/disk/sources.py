"""Code as it lies on the disk: each file of a tree once, its bytes, its text, its syntax, or why not. Knows no Django."""

import ast
import errno
import os
import stat
import tokenize
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

NOT_UTF8 = "is not UTF-8: convert it or name its encoding in the first line"
TOO_DEEP = "is nested too deeply to be read"
NO_LETTER = "it holds half of a letter, which no encoding has"
NUL = "it holds a NUL byte"
CLOSED = "is a folder that may not be listed"
OUTSIDE = "is a link that leads out of the tree"
Asked = Callable[[Path], bool]
Told = Callable[[Path], None]


@dataclass(frozen=True)
class Fault:
    """Why nothing is claimed of a file, in words that follow its name."""

    reason: str
    line: int | None = None


def walk(root: Path, *, takes: Asked, enters: Asked, outside: Told) -> Iterator[Path]:
    """Find the files below a folder that `takes` wants, in folders that `enters` lets in.

    Each is found once, by whatever links; a folder that cannot be listed is found like a file, and
    one behind a link out of the tree is told to `outside`.
    """
    if not root.is_dir():
        yield root
        return
    # a folder that cannot be listed is found like a file after it was entered
    entered, met = {_identity(root)}, set[tuple[int, int]]()
    waiting = [root]
    while waiting:
        folders, files = _inside(waiting.pop(), takes)
        yield from (path for path in files if not _is_known(path, met))
        inner = []
        for path in filter(enters, folders):
            if not is_inside(path, root):
                outside(path)
            elif not _is_known(path, entered):
                inner.append(path)
        waiting += reversed(inner)


def _inside(folder: Path, takes: Asked) -> tuple[list[Path], list[Path]]:
    try:
        with os.scandir(folder) as listed:
            found = sorted(listed, key=_name)
    except OSError:
        # named like a file, so that it is said of the folder that it cannot be read
        return [], [folder]
    folders, files = [], []
    for entry in found:
        path = folder / entry.name
        if _is_folder(entry, path, takes):
            folders.append(path)
        elif takes(path):
            files.append(path)
    return folders, files


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_folder(entry: os.DirEntry[str], path: Path, takes: Asked) -> bool:
    """Whether it is a folder, or might be one that nobody lets us see: that is said of it later."""
    try:
        return entry.is_dir()
    except OSError as reason:
        leads_nowhere = reason.errno == errno.ELOOP
        return not leads_nowhere and not takes(path)


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


def is_inside(path: Path, root: Path) -> bool:
    """Whether a link leads to somewhere in the tree: what is elsewhere is not asked about."""
    return not _is_link(path) or _resolved(path).is_relative_to(_resolved(root))


def _is_link(path: Path) -> bool:
    # Path.is_symlink() raises where the folder is closed
    return os.path.islink(path)  # noqa: PTH114


def _resolved(path: Path) -> Path:
    # Path.resolve() raises where links lead to each other
    return Path(os.path.realpath(path))


def raw(path: Path, base: Path, *, max_bytes: int) -> bytes | Fault:
    """Read a file of the tree at `base`, or say why not."""
    try:
        return _bytes(path, base, max_bytes)
    except OSError as reason:
        return Fault(f"cannot be opened: {reason.strerror}")


def _bytes(path: Path, base: Path, max_bytes: int) -> bytes | Fault:
    if not is_inside(path, base):
        return Fault(OUTSIDE)
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        return Fault(CLOSED)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is no file")
    if found.st_size > max_bytes:
        return Fault(f"has {found.st_size:,} bytes; up to {max_bytes:,} are read")
    with open(path, "rb", opener=_plain) as opened:
        return opened.read()


def _plain(path: str, flags: int) -> int:
    """Open without waiting, so that what has become a pipe since holds nobody up."""
    return os.open(path, flags | os.O_NONBLOCK)


def decoded(data: bytes) -> str | Fault:
    """Return the text of a Python file, in the encoding that it names."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return Fault(NOT_UTF8)


def parsed(text: str) -> ast.Module | Fault:
    """Return the syntax of Python code; nothing of it is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as reason:
        # some versions of Python say so of a NUL byte too, without a line
        said = reason.msg if reason.lineno or "\0" not in text else NUL
        return Fault(f"is not Python: {said}", reason.lineno)
    except UnicodeError:
        return Fault(f"is not Python: {NO_LETTER}")
    except ValueError:
        return Fault(f"is not Python: {NUL}")
    except (RecursionError, MemoryError):
        return Fault(TOO_DEEP)
