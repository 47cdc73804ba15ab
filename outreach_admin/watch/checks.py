"""What health and overview look at, part by part: apps add their checks in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ImproperlyConfigured


class Server(StrEnum):
    """Whom a check asks; while it does not answer, the part is unknown and the check is not made."""

    POSTGRESQL = "PostgreSQL"
    REDIS = "Redis"


@dataclass(frozen=True)
class Check:
    """One part: `look` says what is wrong with it, empty when nothing is, in far less than a second.

    A check that asks PostgreSQL is given a cursor within a transaction of its own, one that asks
    Redis a client, any other nothing. `means` tells the people at work what a problem is to them;
    the overview shows it, and leaves out checks without. `strains`: it slows or threatens the work
    without stopping it, so that /healthz/ states it with 200.
    """

    name: str
    look: Callable[..., str]
    asks: Server | None = None
    means: str = ""
    strains: bool = False


_checks: dict[str, Check] = {}


def register(*checks: Check) -> None:
    """Add an app's checks, once each; refuses a name that another check has."""
    for check in checks:
        if _checks.setdefault(check.name, check) != check:
            raise ImproperlyConfigured(f"Two checks of health have the name {check.name!r}.")


def registered() -> tuple[Check, ...]:
    """Return every check in the order they came."""
    return tuple(_checks.values())
