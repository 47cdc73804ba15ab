"""Whether the console's port is free, and which program holds it when it is not."""

import errno
import os
import pwd
import socket
from pathlib import Path

from outreach_admin.setup import Missing, mending

HIGHEST = 65535
LISTENING = "0A"
FIRST_FOR_ALL = 1024


def check(host: str, port: str) -> None:
    """Refuse an address that cannot be listened on."""
    if not (port.isdecimal() and 0 < int(port) <= HIGHEST):
        raise Missing(
            f"PORT is a number from 1 to {HIGHEST}, not {port!r}: run `make run PORT=8000`."
        )
    if problem := _refusal(host, int(port)):
        raise Missing(_sentence(problem, host, int(port)))


def _refusal(host: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as problem:
            return problem
    return None


def _sentence(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        another = f"`make run PORT={free_port(host, port)}`"
        return f"Port {port} of {host} is held by {holder(port)}: stop that, or set PORT to another: {another}."
    if problem.errno == errno.EACCES and port < FIRST_FOR_ALL:
        another = f"`make run PORT={free_port(host, port + 8000)}`"
        return f"Port {port} is for root alone: set PORT to another: {another}."
    return (
        f"{host} is no address of this machine ({problem.strerror}): run `make run HOST=127.0.0.1`."
    )


def free_port(host: str, above: int) -> int:
    """Return the first port above that is free."""
    return next(
        (port for port in range(above + 1, HIGHEST) if _refusal(host, port) is None), HIGHEST
    )


def holder(port: int) -> str:
    """Name the program that listens on a port, as far as this person may know."""
    inodes = _listening(port)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            links = {str(link.readlink()) for link in (folder / "fd").iterdir()}
            if not inodes.isdisjoint(links):
                return f"{_name(folder)} (process {folder.name})"
        except OSError:
            # it ended while it was looked at, or belongs to somebody else
            continue
    return f"a program of {_owner(port)} (`{mending.as_root()}lsof -i :{port}` names it)"


def _name(folder: Path) -> str:
    words = (folder / "cmdline").read_bytes().split(b"\0")
    return (
        " ".join(os.fsdecode(word) for word in words[:4]).strip()[:80]
        or (folder / "comm").read_text().strip()
    )


def _rows(port: int) -> list[list[str]]:
    tables = [path for path in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if path.exists()]
    rows = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
    return [
        row for row in rows if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port
    ]


def _listening(port: int) -> set[str]:
    return {f"socket:[{row[9]}]" for row in _rows(port)}


def _owner(port: int) -> str:
    for row in _rows(port):
        try:
            return pwd.getpwuid(int(row[7])).pw_name
        except KeyError:
            return f"user {row[7]}"
    return "somebody else"
