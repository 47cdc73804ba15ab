"""What the one search box finds: apps register the kinds of things they hold in `ready()`."""

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import User

# shorter texts are in nearly every row: only ids and numbers are looked up for them
SHORTEST = 3
LONGEST = 500
SHOWN = 5
# digits of an id as pages write it short, and of a whole one
SHORT_ID = 8
WHOLE_ID = 32
HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Hit:
    """One thing that was found, and what tells it from the others."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Found:
    """The first `SHOWN` of what was found, what is said of the rest, and where all of it is."""

    hits: tuple[Hit, ...] = ()
    more: str = ""
    more_url: str = ""

    @classmethod
    def first(cls, hits: Sequence[Hit]) -> "Found":
        """Return the first of these hits; ask for one more than `SHOWN` to know of others."""
        rest = f"More than {SHOWN} fit: type more of it." if len(hits) > SHOWN else ""
        return cls(tuple(hits[:SHOWN]), rest)


def nothing(text: str, reader: User) -> str:
    """Know nothing by an id of its own."""
    return ""


@dataclass(frozen=True)
class Kind:
    """A kind of things: how one is found by its id, and how some are found by words.

    `exact` returns the address of the one thing that a text names, empty where there is none;
    `like` returns what the words of a text of at least `SHORTEST` characters fit. Kinds are
    asked in the order of `position`, and only for whoever has `permission`.
    """

    name: str
    permission: str
    like: Callable[[str, User], Found]
    exact: Callable[[str, User], str] = nothing
    position: int = 100


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds, in their order. Raises ValueError when another one has the name."""
    for kind in kinds:
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"There is a kind “{kind.name}” already.")


def kinds_for(reader: User) -> list[Kind]:
    """Return the kinds this person may see."""
    allowed = [kind for kind in _kinds.values() if reader.has_perm(kind.permission)]
    return sorted(allowed, key=lambda kind: kind.position)


def plain(text: str) -> str:
    """Return what was typed or pasted without what no text of ours holds: NUL, ends, runs of blanks."""
    return re.sub(r"\s+", " ", text.replace("\0", " ")).strip()[:LONGEST]


def ids_from(text: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the first and last UUID that begin like a text of at least `SHORT_ID` hexadecimal digits; None where it is none."""
    digits = text.replace("-", "").lower()
    if not SHORT_ID <= len(digits) <= WHOLE_ID or not HEXADECIMAL.issuperset(digits):
        return None
    return uuid.UUID(digits.ljust(WHOLE_ID, "0")), uuid.UUID(digits.ljust(WHOLE_ID, "f"))


def domain_in(text: str) -> str:
    """Return the domain in a pasted address, e-mail address or name: `https://www.a.example/x` has `a.example`."""
    bare = text.lower()
    try:
        host = urlsplit(bare if "://" in bare else f"//{bare}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".") if "." in host and " " not in host else ""
