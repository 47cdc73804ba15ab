"""The rows that a selection means: one reading of a filter for list, preview, plan and API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet

from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.selection import Selection


def selected(
    selection: Selection,
    rows: QuerySet[Any],
    *,
    filterset_class: type[StrictFilterSet],
    noun: str,
    as_of: datetime | None = None,
) -> QuerySet[Any]:
    """Return which of `rows` a selection means: by the list's own filter, or by single ids.

    Refuses (400) ids that are none, all without a filter and whatever the list's filter refuses,
    and (422) ids that name no row; `noun` is what these rows are called. Moments are counted from `as_of`.
    """
    # one key can be written in several ways
    keys = list(dict.fromkeys(_key(text, rows.model._meta.pk) for text in selection.ids))
    if selection.scope == "ids":
        return _by_keys(rows, keys, noun=noun)
    filterset = filterset_class.from_text(selection.filter, rows, as_of=as_of)
    if filterset.is_empty:
        raise BadRequest(
            "“All matching” without a filter would be every row. Nothing is selected.",
            what_to_do="Filter the list first.",
        )
    return filterset.qs.exclude(pk__in=keys) if keys else filterset.qs


def _by_keys(rows: QuerySet[Any], keys: Sequence[Any], *, noun: str) -> QuerySet[Any]:
    found = rows.filter(pk__in=keys)
    there = found.count()
    if there < len(keys):
        raise Refused(
            f"{len(keys) - there:,} of the {len(keys):,} selected rows name no {noun}. "
            "Nothing is selected.",
            what_to_do="Open the list again: they may have been moved meanwhile.",
        )
    return found


def _key(text: str, field: "models.Field[Any, Any]") -> Any:
    try:
        return field.clean(text, None)
    except ValidationError as reason:
        raise BadRequest(
            f"“{text[:60]}” is not the id of a row. Nothing is selected.",
            what_to_do="Go back to the list and select again.",
        ) from reason
