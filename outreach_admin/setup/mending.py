"""The commands that mend what is missing, in the words of the system's package manager."""

import os
import shutil

MANAGERS = {
    "apt-get": "apt-get install",
    "dnf": "dnf install",
    "apk": "apk add",
    "pacman": "pacman -S",
    "zypper": "zypper install",
    "brew": "brew install",
}
NAMES = {
    "redis": {"apt-get": "redis-server", "brew": "valkey"},
    "setpriv": {"apt-get": "util-linux", "apk": "setpriv", "": "util-linux"},
    "compiler": {
        "apt-get": "build-essential python3-dev",
        "apk": "build-base python3-dev",
        "brew": "gcc",
        "": "gcc make python3-devel",
    },
}


def install(what: str, **names: str) -> str:
    """Say how something is installed here; `names` are its packages by manager, else its own name."""
    manager = next(filter(shutil.which, MANAGERS), "")
    known = NAMES.get(what, {}) | names
    package = known.get(manager, known.get("", what))
    return (
        f"run `{as_root()}{MANAGERS[manager]} {package}`"
        if manager
        else f"install {package} with the system's package manager"
    )


def as_root() -> str:
    """Return the prefix by which this person becomes root."""
    return "" if os.geteuid() == 0 else "sudo "
