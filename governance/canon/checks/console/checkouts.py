"""Where code stands, as its checkout of Git says: repository, branch, commit. Git itself is not run."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# where CI names the branch of a checkout that has none: GitHub (of a pull request first), GitLab
BRANCHES = ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME")
HEADS = "ref: refs/heads/"
# what stands there where references are kept in another form
NO_BRANCH = ".invalid"
HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
ORIGIN = re.compile(r'^\s*\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', re.MULTILINE)
# bytes
LARGEST = 4_000_000


@dataclass(frozen=True)
class Checkout:
    """What is known of it; what is not is empty."""

    repository: str = ""
    branch: str = ""
    commit: str = ""


def of(path: Path) -> Checkout:
    """Read where a tree, or one file of it, stands; without Git it is called as its folder."""
    try:
        whole = path.resolve()
    except (OSError, ValueError, RuntimeError):
        return Checkout()
    own = next(_folders(whole), None)
    if own is None:
        folder = whole if os.path.isdir(whole) else whole.parent  # noqa: PTH112
        return Checkout(repository=folder.name)
    common = own / (_text(own / "commondir").strip() or ".")
    head = _text(own / "HEAD").strip()
    branch = head.removeprefix(HEADS) if head.startswith(HEADS) else ""
    if branch in ("", NO_BRANCH):
        return Checkout(_repository(common), _branch_of_ci(), _hash(head))
    return Checkout(_repository(common), branch, _commit(own, common, f"refs/heads/{branch}"))


def _folders(path: Path) -> Iterator[Path]:
    """Give the folder of Git above a path; a further working tree says in a file where it is."""
    for folder in (path, *path.parents):
        found = folder / ".git"
        # Path.is_dir() raises where the folder is closed
        if os.path.isdir(found):  # noqa: PTH112
            yield found
        elif (said := _text(found)).startswith("gitdir: "):
            yield folder / said.removeprefix("gitdir: ").strip()


def _repository(common: Path) -> str:
    """Name it as its origin does, else as its folder."""
    found = ORIGIN.search(_text(common / "config"))
    if named := found and named_by(found.group(1)):
        return named
    folder = Path(os.path.normpath(common))
    return folder.parent.name if folder.name == ".git" else folder.name.removesuffix(".git")


def named_by(address: str) -> str:
    """Return `owner/name` of the address of a repository: no host, and nothing that signs in."""
    plain = address.rstrip("/").removesuffix(".git")
    try:
        parts = urlsplit(plain)
    except ValueError:
        return ""
    if "://" in plain and parts.scheme != "file":
        return parts.path.strip("/")
    if "://" not in plain and ":" in plain:
        return plain.partition(":")[2].strip("/")
    return plain.rpartition("/")[2]


def _commit(
    own: Path,
    common: Path,
    name: str,
) -> str:
    """Read what a branch points to: a file of its own, or a line among the packed ones."""
    for folder in (own, common):
        if found := _hash(_text(folder / name).strip()):
            return found
    for line in _text(common / "packed-refs").splitlines():
        if line.endswith(f" {name}"):
            return _hash(line.partition(" ")[0])
    return ""


def _hash(text: str) -> str:
    return text if HASH.fullmatch(text) else ""


def _branch_of_ci() -> str:
    return next(filter(None, map(os.environ.get, BRANCHES)), "")


def _text(path: Path) -> str:
    # a pipe would never end
    if not os.path.isfile(path):  # noqa: PTH113
        return ""
    try:
        with path.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(LARGEST)
    except OSError:
        return ""
