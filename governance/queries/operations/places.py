"""Where the rows of an operation are, before it and after it."""

from collections.abc import Sequence

from django.db.models import Model, OuterRef, Subquery, TextField, UUIDField
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import In

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


def of_tables(operation: Operation, tables: Sequence[str]) -> In | None:
    """Return the condition on items whose rows are errors of these tables, wherever they went since.

    What was deleted for good is known by its history. One look-up a row, as a rule: where it is now
    is asked first, and nothing else of a row that is there. None where the rows are no errors.
    """
    subject = before(operation)
    if not _has_table(subject.model):
        return None
    key = Cast(OuterRef("subject_id"), UUIDField())
    found = [place.rows.filter(pk=key).values("error_table") for place in subject.places]
    history = Event.objects.filter(subject_id=key).order_by("-id").values("subject_type")[:1]
    asked = [Subquery(rows, output_field=TextField()) for rows in (*found, history)]
    return In(Coalesce(*asked), list(tables))


def _has_table(model: type[Model]) -> bool:
    return "error_table" in {field.name for field in model._meta.concrete_fields}
