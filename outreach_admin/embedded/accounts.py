"""The account the local servers run under: PostgreSQL refuses to run as root, so root lends them another one."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from outreach_admin.exceptions import ServerRefused

UNPRIVILEGED = "nobody"
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2


@dataclass(frozen=True)
class Account:
    """An account that root switches to; it owns what the servers write."""

    uid: int
    gid: int

    def command(self, argv: list[str], *, paths: list[Path]) -> list[str]:
        """Turn a command into one that runs under this account and may enter `paths`.

        A checkout below a private folder (such as /root) is closed to other accounts. Rather than opening
        the folder to everybody, the server alone gets the capability to pass through it.
        """
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ServerRefused(
                "As root the local PostgreSQL needs `setpriv` (package util-linux): install it, or run as another user."
            )
        switch = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if not all(_open_to_all(path) for path in paths):
            capability = _passing_capability(paths)
            switch += [f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}"]
        return [*switch, "--", *argv]


def service_account() -> Account | None:
    """Return the account to switch to, or None when the current one will do."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise ServerRefused(
            f"As root the local PostgreSQL needs the account `{UNPRIVILEGED}`: add it, or run as another user."
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def _passing_capability(paths: list[Path]) -> str:
    held = _effective_capabilities()
    for number, name in (
        (CAP_DAC_READ_SEARCH, "dac_read_search"),
        (CAP_DAC_OVERRIDE, "dac_override"),
    ):
        if held >> number & 1:
            return name
    closed = ", ".join(str(path) for path in paths if not _open_to_all(path))
    raise ServerRefused(
        f"The account `{UNPRIVILEGED}` may not enter {closed}: move the checkout, or set DATABASE_URL to a server of yours."
    )


def _effective_capabilities() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0
