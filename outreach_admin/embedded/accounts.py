"""The account the local servers run under: PostgreSQL refuses to run as root, so root lends them another one."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from outreach_admin.exceptions import ServerRefused
from outreach_admin.setup import mending

UNPRIVILEGED = "nobody"
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_SETPCAP = 8


@dataclass(frozen=True)
class Account:
    """An account that root switches to; it owns what the servers write."""

    uid: int
    gid: int

    def command(self, argv: list[str], *, paths: list[Path]) -> list[str]:
        """Turn a command into one that runs under this account and may enter `paths`.

        A checkout below a private folder (such as /root) is closed to other accounts. Rather than opening
        the folder to everybody, the server alone gets the capability to pass through it. PostgreSQL looks
        for its programs with access(), which counts that capability under the securebit only.
        """
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ServerRefused(
                f"As root the local PostgreSQL needs `setpriv`: {mending.install('setpriv')}, or go on as another user."
            )
        switch = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if not all(open_to_all(path) for path in paths):
            capability = _passing_capability(paths)
            switch += [f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}"]
            if _held(CAP_SETPCAP):
                switch.append("--securebits=+no_setuid_fixup")
        return [*switch, "--", *argv]


def service_account() -> Account | None:
    """Return the account to switch to, or None when the current one will do."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise ServerRefused(
            f"As root the local PostgreSQL needs the account `{UNPRIVILEGED}`: run `useradd --system {UNPRIVILEGED}`, or go on as another user."
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def finds_programs_in(folder: Path) -> bool:
    """Say whether access() lets an account that root switches to pass through to that folder."""
    return open_to_all(folder / "any") or _held(CAP_SETPCAP)


def open_to_all(path: Path) -> bool:
    """Say whether every account may pass through the folders above a path."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def _passing_capability(paths: list[Path]) -> str:
    for number, name in (
        (CAP_DAC_READ_SEARCH, "dac_read_search"),
        (CAP_DAC_OVERRIDE, "dac_override"),
    ):
        if _held(number):
            return name
    closed = ", ".join(str(path) for path in paths if not open_to_all(path))
    raise ServerRefused(
        f"The account `{UNPRIVILEGED}` may not enter {closed}: move the checkout, or set DATABASE_URL to a server of yours."
    )


def _held(capability: int) -> bool:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> capability & 1)
    return False
