"""Where the rows of an operation are, before it and after it."""

from collections.abc import Sequence

from django.db.models import Exists, Model, OuterRef, Q, UUIDField
from django.db.models.functions import Cast

from governance import subjects
from governance.models import Event, Operation
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


def of_tables(operation: Operation, tables: Sequence[str]) -> Q | None:
    """Return the condition on items whose rows are errors of these tables, wherever they went since.

    What was deleted for good is known by its history. None where the rows are no errors.
    """
    subject = before(operation)
    if not _has_table(subject.model):
        return None
    key = Cast(OuterRef("subject_id"), UUIDField())
    found = Q(Exists(Event.objects.filter(subject_id=key, subject_type__in=tables)))
    for place in subject.places:
        found = Q(Exists(place.rows.filter(pk=key, error_table__in=tables))) | found
    return found


def _has_table(model: type[Model]) -> bool:
    return "error_table" in {field.name for field in model._meta.concrete_fields}
