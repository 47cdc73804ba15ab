"""The virtual environment with the locked packages: made once, made anew when its making was broken off."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outreach_admin.setup import Missing, mending

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
LOCKS = {"runtime": Path("requirements.lock"), "development": Path("requirements-dev.lock")}
PIP = ("-m", "pip", "--disable-pip-version-check")
NO_WHEEL = ("No matching distribution found", "Could not find a version")
OFFLINE = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Max retries exceeded",
    "ConnectTimeoutError",
    "ProxyError",
    "ReadTimeoutError",
)


def stamp(kind: str) -> Path:
    """Return the file that says that these packages are all there."""
    return VENV / f".{kind}"


@contextmanager
def turn() -> Iterator[None]:
    """Let one set-up of this checkout at a time through the block."""
    descriptor = os.open(".", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_installed(kind: str) -> bool:
    """Say whether the packages of that lock are all there."""
    kept = stamp(kind)
    newest = max(LOCKS[name].stat().st_mtime for name in _kinds(kind))
    return PYTHON.exists() and kept.exists() and kept.stat().st_mtime >= newest


def install(kind: str) -> None:
    """Bring the environment to what the lock says; without a stamp it is begun anew."""
    if not (PYTHON.exists() and stamp("runtime").exists()):
        print("Making .venv with the locked packages, half a minute or so ..", flush=True)  # noqa: T201
        _make()
    kinds = _kinds(kind)
    for name in LOCKS:
        stamp(name).unlink(missing_ok=True)
    for name in kinds:
        _pip("install", "--no-deps", "--require-hashes", f"--requirement={LOCKS[name]}")
    for name in kinds:
        stamp(name).touch()


def _kinds(kind: str) -> list[str]:
    """Return the kinds up to that one: development needs what runs, too."""
    return list(LOCKS)[: list(LOCKS).index(kind) + 1]


def _make() -> None:
    if VENV.is_symlink():
        # what it leads to is somebody else's, and venv would empty it
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    if said := run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise Missing(
            f"The environment {VENV} cannot be made: remove it with `{mending.as_root()}rm -rf {VENV}`, or name another Python: "
            f"`make run PYTHON=/path/to/python3`. {said.strip()[-400:]}"
        )


def run(command: list[str]) -> str:
    """Run a program and what it starts; return what it said when it failed. Whatever ends the wait ends them all."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as program:
        try:
            said, _ = program.communicate()
        except BaseException:
            os.killpg(program.pid, signal.SIGKILL)
            raise
    return (said or "It said nothing.") if program.returncode else ""


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), *PIP, *arguments, "--quiet"]
    said = run([*command, "--only-binary=:all:"])
    if (
        said
        and any(words in said for words in NO_WHEEL)
        and not any(words in said for words in OFFLINE)
    ):
        if shutil.which("cc") is None:
            raise Missing(_no_wheel(said))
        said = run([*command, "--prefer-binary"])
    if said:
        raise Missing(_sentence(said))


def _no_wheel(said: str) -> str:
    name = next(
        (
            line.rpartition(" for ")[2].split()[0]
            for line in said.splitlines()
            if NO_WHEEL[0] in line
        ),
        "a package",
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = mending.install("compiler")
    return f"{name} is not ready-made for Python {version} on this machine, and there is no compiler: {command}, or use Python 3.12: `make run PYTHON=python3.12`."


def _sentence(said: str) -> str:
    if any(words in said for words in OFFLINE):
        return "The packages cannot be fetched: connect this machine, or name a proxy or an index: `make run HTTPS_PROXY=.. PIP_INDEX_URL=..`."
    if "No space left on device" in said:
        return "The disk is full: make room for packages in this folder and for temporary files, or name another folder for these: `make run TMPDIR=/path/to/another`."
    errors = [line for line in said.splitlines() if line.startswith("ERROR")] or said.splitlines()[
        -3:
    ]
    return "pip could not install the packages: " + " ".join(errors)[-800:]
