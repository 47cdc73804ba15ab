"""The verb that suits a group of open errors: what its category and the state of its rows call for."""

from collections.abc import Mapping
from dataclasses import dataclass

from governance.models import Category
from governance.queries.errors.groups import Group
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS


@dataclass(frozen=True)
class Advice:
    """A verb and the reason for it; without a verb, why there is none."""

    reason: str
    verb: Verb | None = None


NOTHING = Advice("")
# numbers of tries that have an attempt ahead: all of their rows, or only some
Queued = Mapping[int, bool]
# of the rows of a group the most useful verb is that of the group
ORDER = ("retry", "park", "unpark")


def of_days_or_owners(group: Group) -> Advice:
    """Advise on errors of many codes: only what waits for nobody yet is set aside."""
    if group.parked == group.rows:
        return Advice("all parked: their owners look after them")
    return Advice("park what needs a person", VERBS["park"])


def of_code(group: Group, most: int, queued: Queued | None) -> Advice:
    """Advise on all errors of a code; `most` tries, `queued` as `of_tries` takes it."""
    parts = [of_tries(group, used, most, queued) for used in group.tries]
    if group.parked < group.rows:
        parts = [
            part
            for part, used in zip(parts, group.tries, strict=True)
            if not _all_parked(group, used)
        ]
    best = min(parts, key=_place, default=NOTHING)
    is_one = len({part.reason for part in parts}) == 1
    if best.verb is VERBS["retry"] and not is_one:
        return Advice("a further try may help", best.verb)
    return best


def of_tries(group: Group, used: int, most: int, queued: Queued | None) -> Advice:
    """Advise on the errors of a code that have used as many of `most` tries.

    `queued`: the numbers of tries that have an attempt ahead, None where that is not known yet. What has one, and
    nothing unknown, is never tried again, nor parked because its tries are used up.
    """
    left = most - used
    is_structural = group.categories == {Category.STRUCTURAL}
    if _all_parked(group, used):
        return _of_parked(left, is_structural=is_structural)
    if queued and queued.get(used):
        return Advice(_of_queued(group, used))
    if is_structural:
        return Advice("structural: a further try does not help", VERBS["park"])
    if queued is None:
        return NOTHING
    if left <= 0 and used in queued:
        return Advice("no try left, but some have one queued: wait for it")
    if left <= 0:
        return Advice("no try left: park", VERBS["park"])
    if left == 1 and used:
        return Advice("one try left: park", VERBS["park"])
    return Advice(f"{left} {'try' if left == 1 else 'tries'} left: try again", VERBS["retry"])


def _of_queued(group: Group, used: int) -> str:
    if group.parked_tries.get(used):
        return "a further try of those in retry is queued already"
    return "a further try is queued already"


def _of_parked(left: int, *, is_structural: bool) -> Advice:
    if is_structural:
        return Advice("parked for a person: a further try does not help")
    if left <= 0:
        return Advice("parked for a person: no try left")
    return Advice("parked: unpark when a further try may help", VERBS["unpark"])


def _all_parked(group: Group, used: int) -> bool:
    return group.parked_tries.get(used) == group.tries[used]


def _place(advice: Advice) -> int:
    return ORDER.index(advice.verb.name) if advice.verb else len(ORDER)
