"""Which files of a tree are checked, as what, and which folders are left out, with the reason for each."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from governance.canon.checks.code import modules, notebooks
from governance.canon.checks.dependencies import manifests, requirements
from governance.canon.checks.findings import (
    Finding,
    Read,
    Rule,
)
from governance.canon.checks.known import VENDORED, Known
from outreach_admin.disk import sources

MAX_BYTES = 32_000_000
CONTRACT = "DONE_STATE_DEFINITIONS.md"
PYTHON = (".py", ".pyi", ".pyw")
REQUIREMENTS = re.compile(
    r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in|lock|pip)", re.IGNORECASE
)
PYLOCK = re.compile(r"pylock(?:\..+)?\.toml")
# what runs Python, as the first line of a script names it
RUNNERS = (b"python", b"uv run", b"pipx run", b"pypy")
# folders that hold what others made, or what a tool keeps
LEFT_OUT = {
    "__pycache__": "compiled code",
    "node_modules": "packages of another language",
    "site-packages": "installed packages",
}
ARCHIVES = frozenset({"archive", "archives", "archived", "_archive", "_archived"})
# hidden folders that hold a repository's own code
SHOWN = frozenset({".ci", ".circleci", ".github", ".gitlab"})


@dataclass
class Tree:
    """The files to check, and by path why a folder was left out."""

    root: Path
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> Path:
        return self.root if self.root.is_dir() else self.root.parent

    def files(self) -> Iterator[Path]:
        """Find what is to be checked."""
        return sources.walk(
            self.root,
            takes=is_checked,
            enters=self._enters,
            outside=self._outside,
        )

    def shown(self, path: Path) -> str:
        """Write a path below the tree with slashes; letters that no encoding has are escaped."""
        name = PurePosixPath(path.relative_to(self.base)).as_posix()
        return name.encode(errors="backslashreplace").decode()

    def _enters(self, folder: Path) -> bool:
        reason = why_left_out(folder)
        if reason:
            self.left_out[self.shown(folder)] = reason
        return not reason

    def _outside(self, folder: Path) -> None:
        self.left_out[self.shown(folder)] = "a link that leads out of the tree"


def why_left_out(folder: Path) -> str:
    """Say why a folder is not entered; empty where it is."""
    name = folder.name
    if name in LEFT_OUT:
        return LEFT_OUT[name]
    if name.startswith(".") and name not in SHOWN:
        return "a hidden folder"
    if _has(folder, "pyvenv.cfg"):
        return "a virtual environment"
    if name in ARCHIVES and not _has(folder, "__init__.py"):
        return "an archive that nothing can import"
    return ""


def _has(
    folder: Path,
    name: str,
) -> bool:
    # Path.is_file() raises where the folder is closed: it is said of it later
    return os.path.isfile(folder / name)  # noqa: PTH113


Check = Callable[[bytes, Known], Read]


def is_checked(path: Path) -> bool:
    """Whether a file is one that the checks read."""
    return bool(kind_of(path)) or _is_script(path)


def kind_of(path: Path) -> str:
    """Return as what a file is read, by its name alone; empty where it is not."""
    name = path.name
    if name.endswith(PYTHON):
        return "setup" if name == "setup.py" else "python"
    if name.endswith(".ipynb"):
        return "notebook"
    if name in manifests.READERS:
        return name
    if PYLOCK.fullmatch(name):
        return "pylock.toml"
    if REQUIREMENTS.fullmatch(name) or _is_listed(path):
        return "requirements"
    return "contract" if name == CONTRACT else ""


def _is_listed(path: Path) -> bool:
    return path.parent.name == "requirements" and path.suffix in (".txt", ".in")


def _is_script(path: Path) -> bool:
    """Whether a file without an ending says in its first line that Python runs it."""
    if path.suffix or path.name.startswith("."):
        return False
    try:
        if not path.is_file():
            return False
        with path.open("rb") as opened:
            first = opened.readline(200)
    except OSError:
        return False
    return first.startswith(b"#!") and any(name in first for name in RUNNERS)


def check(
    kind: str,
    data: bytes,
    known: Known,
) -> Read:
    """Check the content of a file as its kind; what is found does not depend on where it lies."""
    if kind == "setup":
        return _both(modules.check(data, known), manifests.check("setup.py", data, known))
    if kind == "notebook":
        return notebooks.check(data, known)
    if kind == "requirements":
        return requirements.check(data, known)
    if kind in manifests.READERS:
        return manifests.check(kind, data, known)
    if kind == "contract":
        return Read(lines=data.count(b"\n") + 1)
    return modules.check(data, known)


def _both(
    one: Read,
    other: Read,
) -> Read:
    return Read((*one.findings, *other.findings), one.lines)


def of_path(
    file: str,
    known: Known,
) -> Iterator[Finding]:
    """Find what a path itself says: a vendored copy of a banned library, a module named as a banned pattern."""
    path = PurePosixPath(file)
    if path.suffix not in PYTHON:
        return
    if found := known.pattern(path.stem):
        yield Finding(
            found.rule,
            found.name,
            1,
            1,
            found.said,
            file,
        )
    copied = known.modules.get(_copy(path))
    if copied and copied.rule is Rule.IMPORT:
        yield Finding(
            Rule.LIBRARY,
            copied.name,
            1,
            1,
            f"A copy lies here. {copied.said}",
            file,
        )


def _copy(path: PurePosixPath) -> str:
    """Return the name of a library whose copy begins with this file: `vendor/bs4/__init__.py`."""
    module = path.parent if path.stem == "__init__" else path.with_suffix("")
    folder = module.parent.name
    return module.name if folder in VENDORED else ""
