"""The set-based statements behind a chunk: no row travels to Python."""

from django.db import models

from governance.models import ArchivedError, HubError, Operation
from governance.verbs.registry import VERBS


def subject_model(operation: Operation) -> type[models.Model]:
    """Return where the rows to change live: an undone archiving is found in the archive, and the other way round."""
    verb = VERBS[operation.verb]
    if not verb.moves:
        return verb.model
    return HubError if leaves_queue(operation) else ArchivedError


def leaves_queue(operation: Operation) -> bool:
    """Return whether a moving operation goes from the queue to the archive; each undo turns the direction."""
    if operation.undoes is not None:
        return not leaves_queue(operation.undoes)
    return VERBS[operation.verb].model is HubError
