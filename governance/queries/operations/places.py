"""Where the rows of an operation are, before it and after it."""

from governance import subjects
from governance.models import Operation
from governance.subjects import Subject
from governance.verbs.registry import VERBS


def before(operation: Operation) -> Subject:
    """Return the subject that its rows are when it begins; an undo finds them where they went."""
    if operation.undoes is not None:
        return after(operation.undoes)
    return subjects.named(VERBS[operation.verb].subject)


def after(operation: Operation) -> Subject:
    """Return the subject that its rows have become when it has ended."""
    if operation.undoes is not None:
        return before(operation.undoes)
    verb = VERBS[operation.verb]
    return subjects.named(verb.moves_to or verb.subject)
