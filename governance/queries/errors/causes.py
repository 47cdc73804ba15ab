"""Which causes name a text, so that whatever else holds it is looked for among the others alone."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from governance import words
from governance.models import ErrorCount, ErrorPattern, ErrorText
from governance.models.errors import facet_key


def holding(text: str) -> QuerySet[ErrorText]:
    """Return the searched texts that hold this one in any case, a domain in any of its forms."""
    held = Q()
    for form in words.searched(text):
        held |= Q(body__icontains=form)
    return ErrorText.objects.filter(held)


@dataclass(frozen=True)
class Causes:
    """Causes of errors by whether their code or normalised message names a text.

    `messages` and `codes` are those that do; `cells` are the numbers of their combinations; `others` the
    keys of messages that also stand without the text.
    """

    text: str
    messages: Collection[bytes]
    codes: Collection[str]
    cells: Collection[int]
    others: Collection[bytes]

    @classmethod
    def naming(cls, text: str, counters: QuerySet[ErrorCount]) -> Self:
        """Tell causes apart. One query over the distinct combinations."""
        names = ErrorPattern.objects.filter(pk=OuterRef("message_key"), body__icontains=text)
        known = [
            (bytes(message), code, cell, named)
            for message, code, cell, named in counters.order_by()
            .values_list("message_key", "code", facet_key(), Exists(names))
            .distinct()
        ]
        codes = {code for _, code, _, _ in known if text.upper() in code.upper()}
        naming = [row for row in known if row[3] or row[1] in codes]
        return cls(
            text,
            {message for message, _, _, named in known if named},
            codes,
            {cell for _, _, cell, _ in naming},
            {message for message, _, _, _ in set(known) - set(naming)},
        )

    def of_named(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow rows to those of causes that name the text, most of what holds a common word."""
        return _with_cause(rows).filter(Q(cause__in=self.messages) | Q(code__in=self.codes))

    def rest(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow rows to those of other causes that hold the text all the same.

        They are found by their keys, however many the planner expects.
        """
        texts = ErrorText.objects.filter(body__icontains=self.text, message_key__in=self.others)
        return rows.filter(
            models.Func(
                F("pk"),
                ArraySubquery(texts.values("error_id")),
                template="(%(expressions)s))",
                arg_joiner=" = ANY(",
                output_field=models.BooleanField(),
            )
        )


def of_group(rows: QuerySet[Any], key: bytes) -> QuerySet[Any]:
    """Narrow rows to those of one cause where they are looked up by their combinations."""
    return _with_cause(rows).filter(cause=key)


def _with_cause(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give the key of a row's cause, hidden from the planner.

    By its index it would find all rows of a cause anew for each combination.
    """
    hidden = models.Func(
        F("message_key"),
        template="(%(expressions)s || '')",
        output_field=models.BinaryField(),
    )
    found: QuerySet[Any] = rows.alias(cause=hidden)
    return found
