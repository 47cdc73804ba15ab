"""Folders and secrets of the local servers: who owns them, who may enter, how long a path may be."""

import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path

from outreach_admin.embedded.accounts import Account, open_to_all
from outreach_admin.embedded.leases import exclusive
from outreach_admin.exceptions import ServerRefused

SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


def absolute(folder: Path) -> Path:
    """Resolve links, so that one folder has one name in every process."""
    return Path(folder).expanduser().resolve()


def make(folder: Path, *, entered_by: Account | None = None) -> None:
    """Create a private folder; another account that works below it may pass through but not look in."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if entered_by else 0o700)


def give(folder: Path, *, owner: Account | None) -> None:
    """Create a folder that only the account of the servers may read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if owner:
        os.chown(folder, owner.uid, owner.gid)


def socket_folder(data_folder: Path) -> Path:
    """Name the folder of the sockets: short, one per data folder and user, where root's other account may go too."""
    name = f"outreach-{os.getuid()}-{hashlib.sha256(os.fsencode(data_folder)).hexdigest()[:12]}"
    parents = (tempfile.gettempdir(), "/tmp")  # noqa: S108 - ownership and mode are checked in claim()
    fitting = [Path(parent) / name for parent in parents if _fits(Path(parent) / name)]
    if not fitting:
        raise ServerRefused(
            f"No folder for sockets with a plain path under {SOCKET_PATH_LIMIT} bytes: set TMPDIR to a shorter one."
        )
    return next((folder for folder in fitting if os.geteuid() or open_to_all(folder)), fitting[0])


def _fits(folder: Path) -> bool:
    # addresses and settings carry the path: signs that one of them would read as its own stay out of it
    plain = all(
        letter.isascii() and (letter.isalnum() or letter in "/._-+") for letter in str(folder)
    )
    return plain and len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT


def claim(folder: Path, *, owner: Account | None) -> None:
    """Create the folder of the sockets, refusing one that somebody else put there."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        allowed = {os.getuid(), owner.uid if owner else os.getuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in allowed:
            raise ServerRefused(
                f"{folder} belongs to somebody else: remove it or set TMPDIR to another folder."
            ) from None
    give(folder, owner=owner)


def discard(folder: Path) -> None:
    """Remove the folder of the sockets once nothing listens there."""
    shutil.rmtree(folder, ignore_errors=True)


def lend(sources: list[Path], to: Path) -> None:
    """Copy programs and their libraries to where every account may start them; a copy that is there serves again."""
    if to.exists():
        return
    draft = to.with_name(f"{to.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    for source in sources:
        shutil.copytree(source, draft / source.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o044 | (mode & 0o100) >> 3 | (mode & 0o100) >> 6)
    draft.rename(to)


class Secrets:
    """Passwords and keys of one data folder, made on first use, readable by the person who made them only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, name: str) -> str:
        """Return the secret of that name, making it when there is none yet."""
        kept = self._read()
        if name not in kept:
            kept = self._add(name)
        return kept[name]

    def _read(self) -> dict[str, str]:
        try:
            return json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}

    def _add(self, name: str) -> dict[str, str]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(self.path.with_suffix(".lock")):
            kept = self._read()
            kept.setdefault(name, secrets.token_urlsafe(48))
            draft = self.path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(kept, indent=1, sort_keys=True))
            draft.replace(self.path)
        return kept
