"""What is expected at an address: for whom it is, what comes of sending to it, what the others are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.walk.visits import STRANGER, Visit
from tests.walk.world import ROLES, World

ALL = frozenset(ROLES)
ANYBODY = ALL | {STRANGER}
ACTING = frozenset({"triager", "manager"})
APPROVING = frozenset({"manager"})
# whose objects they are
OWNING = frozenset({"triager"})
KEEPING_TOKENS = frozenset({"manager", "admin"})
EXPORTING = ACTING | {"analyst"}
NOBODY: frozenset[str] = frozenset()

Objects = Callable[[World], tuple[Any, ...]]
Sent = Callable[[World], dict[str, Any]]
Done = Callable[[Visit], bool]


@dataclass(frozen=True)
class Refusal:
    """A status and what the page says, or where it sends on to; {role} is that person."""

    status: int
    sentence: str

    def is_met(self, visit: Visit) -> bool:
        """Tell whether somebody was refused so."""
        return visit.status == self.status and visit.says(
            self.sentence.format(**visit.world.people)
        )


SIGN_IN = Refusal(302, "/sign-in/?next=")
NO_RIGHT = Refusal(403, "Your account does not have the right this page needs.")
NOT_THERE = Refusal(404, "There is no such page")
NO_SUCH_METHOD = Refusal(405, "")
SIGNED_IN_ALREADY = Refusal(302, "/")
NOT_THE_ASKER = Refusal(403, "Only {triager} can ask for ")
NOT_THE_UPLOADER = Refusal(403, "{triager} uploaded this file: only the same person can ")
NOT_YOURS_TO_RENEW = Refusal(403, "You may not renew this token.")
NOT_YOUR_EXPORT = Refusal(403, "This is not your scheduled export.")
NOT_YOURS_TO_WITHDRAW = Refusal(403, "You may not withdraw this.")
NO_FILE_YET = Refusal(409, "This file is not there: queued")


@dataclass(frozen=True)
class Address:
    """What is expected at one address; `get` and `post` name roles, `objects` is for the path.

    `done` tells whether a form that was `sent` had its effect, which it has for those in `post`
    and for nobody else. The others are told `refusal`, and some of them something else: `but`.
    """

    get: frozenset[str] = NOBODY
    post: frozenset[str] = NOBODY
    objects: Objects = lambda world: ()
    done: Done | None = None
    sent: Sent = lambda world: {}
    query: str = ""
    shows: int = 200
    answers: int = 302
    # for what only counts, or only the browser keeps
    keeps_everything: bool = False
    refusal: Refusal = NO_RIGHT
    but: Mapping[str, Refusal] = field(default_factory=dict)

    def refusal_of(self, who: str) -> Refusal:
        """Return what somebody who may not is told."""
        return self.but.get(who) or (SIGN_IN if who == STRANGER else self.refusal)


def page(who: frozenset[str], objects: Objects = lambda world: (), **more: Any) -> Address:
    """An address to look at."""
    return Address(get=who, objects=objects, **more)


def form(
    who: frozenset[str], done: Done, objects: Objects = lambda world: (), **more: Any
) -> Address:
    """An address to look at and to send to, for the same people."""
    return Address(get=who, post=who, objects=objects, done=done, **more)


def action(who: frozenset[str], done: Done, objects: Objects, **more: Any) -> Address:
    """An address that is only sent to."""
    return Address(post=who, objects=objects, done=done, **more)


def key_of(kind: str) -> Objects:
    """Return the objects of a path that names one thing of the world by its key."""
    return lambda world: (getattr(world, kind).pk,)


def sending(**sent: str) -> Sent:
    """Return a form that is the same in every world."""
    return lambda world: sent
