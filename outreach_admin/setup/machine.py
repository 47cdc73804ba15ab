"""What a machine must have before anything is set up on it: folders that take files, room on the disk, shared memory."""

import errno
import getpass
import importlib.util
import multiprocessing
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from outreach_admin.setup import Missing, mending

MEGABYTE = 1_000_000
# measured: a first start with the demo, and the packages with those of development
DATA_MEGABYTES = 600
PACKAGES_MEGABYTES = {"runtime": 350, "development": 700}
# enough to start what has been set up, and to say what happens
STARTING_MEGABYTES = 50


def data_folder() -> Path:
    """Return where the local servers keep their data."""
    return Path(os.environ.get("OUTREACH_DATA_DIR") or ".local").expanduser().absolute()


def check_venv() -> None:
    """Refuse a Python that cannot make a virtual environment."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = mending.install("python3", **{"apt-get": f"python{version}-venv"})
    raise Missing(
        f"Python {version} ({sys.executable}) has no module venv: {command}, or name another Python: `make run PYTHON=/path/to/python3`."
    )


def check_folders(*, packages: str) -> None:
    """Refuse folders that take no files, or not enough of them; `packages` names those that are yet to be installed."""
    data = data_folder()
    started = (data / "postgres" / "PG_VERSION").exists()
    elsewhere = "`make run OUTREACH_DATA_DIR=/path/to/another`"
    if packages:
        check_folder(
            Path.cwd(),
            PACKAGES_MEGABYTES[packages],
            otherwise=f"copy the checkout elsewhere: `cp -R {shlex.quote(str(Path.cwd()))} ~/`",
        )
    check_folder(
        data,
        STARTING_MEGABYTES if started else DATA_MEGABYTES,
        otherwise=f"use another folder: {elsewhere}",
    )
    check_temporary_folder()


def check_folder(folder: Path, megabytes: int, *, otherwise: str) -> None:
    """Refuse a folder that takes no files or has less room than that."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free // MEGABYTE
    except OSError as problem:
        free = 0
        if problem.errno != errno.ENOSPC:
            raise Missing(
                f"{there} takes no files ({problem.strerror}): {_give(there, problem)}{otherwise}."
            ) from None
    if free < megabytes:
        raise Missing(
            f"The disk of {there} has {free} MB left and {megabytes} are needed: make room, or {otherwise}."
        )


def check_temporary_folder() -> None:
    """Refuse a machine without a folder for temporary files."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        raise Missing(
            "No folder for temporary files takes any: make room in /tmp, or name another: `make run TMPDIR=/path/to/another`."
        ) from None


def check_shared_memory() -> None:
    """Refuse a machine on which the worker's processes cannot wait for each other."""
    try:
        multiprocessing.get_context("fork").Lock()
    except (OSError, ImportError) as problem:
        command = f"{mending.as_root()}sh -c 'mkdir -p /dev/shm && mount -t tmpfs -o mode=1777,size=256m shm /dev/shm'"
        raise Missing(
            f"The shared memory of this machine, /dev/shm, cannot be used ({problem}): run `{command}`."
        ) from None


def _give(folder: Path, problem: OSError) -> str:
    if problem.errno != errno.EACCES:
        return ""
    return f"run `sudo chown {getpass.getuser()} {shlex.quote(str(folder))}`, or "
