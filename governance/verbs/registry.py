"""Every verb there is; apps register theirs in `ready()`, by importing the modules that do."""

from governance.verbs.base import Verb

VERBS: dict[str, Verb] = {}


def register(*verbs: Verb) -> None:
    """Add verbs. Raises ValueError when another one has the name."""
    for verb in verbs:
        if VERBS.setdefault(verb.name, verb) is not verb:
            raise ValueError(f"There is a verb “{verb.name}” already.")


def words_of(action: str) -> str:
    """Say what an action in the history did, in the words of its verb; "changed" where none has it."""
    return next((verb.done for verb in VERBS.values() if verb.action == action), "changed")


def governed_as(name: str, *, is_undo: bool) -> set[str]:
    """Return the verbs whose policies an operation meets: those of what it does to a row, an undo also those of what leads back.

    None where standing approvals take the place of policies.
    """
    verb = VERBS.get(name)
    if verb and verb.agreed_ahead:
        return set()
    leads_back = verb.undo_is if is_undo and verb else ""
    return {name, leads_back, _acts_as(verb) if verb else ""} - {""}


def _acts_as(verb: Verb) -> str:
    """Name the verb of people that does the same to the same rows; empty where there is none."""
    of_people = VERBS.get(verb.action.lower())
    return of_people.name if of_people and of_people.subject == verb.subject else ""


def offered_for(subject: str) -> list[Verb]:
    """Return the verbs that lists of this subject offer, what is done most first."""
    found = [verb for verb in VERBS.values() if verb.offered and verb.subject == subject]
    return sorted(found, key=lambda verb: (verb.rank, verb.name))


def in_rules() -> list[Verb]:
    """Return the verbs that rules of playbooks may use."""
    return sorted(
        (verb for verb in VERBS.values() if verb.in_rules), key=lambda verb: (verb.rank, verb.name)
    )


def bringing_in(subject: str) -> Verb:
    """Return the verb that brings in rows of this subject. Raises LookupError where none does."""
    for verb in VERBS.values():
        if verb.brings_in and verb.subject == subject:
            return verb
    raise LookupError(f"No file brings in {subject}.")
