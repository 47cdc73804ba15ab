"""Fields of query strings that Django and django-filter do not have: texts by repetition, moments, counts."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from outreach_admin.db.limits import MOST_INTEGER
from outreach_admin.lists import moments

LONGEST = 300
ZONE = "UTC"


def plain(value: str) -> str:
    """Return the text as it is, blanks and all; refuse what no column can hold."""
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValidationError("It holds a character that no text can hold.")
    if len(value) > LONGEST:
        raise ValidationError(f"It is longer than {LONGEST} characters.")
    return value


class TextsField(forms.MultipleChoiceField):
    """Any texts by repetition: what is not there matches no row."""

    def to_python(self, value: Any) -> list[str]:
        """Read the texts, empty ones left out."""
        return [text for text in map(plain, super().to_python(value)) if text]

    def valid_value(self, value: str) -> bool:
        """Accept every text; `plain` has refused the impossible ones."""
        return True


class NumbersField(TextsField):
    """Whole numbers by repetition."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        """Read the numbers; refuse what is not a count."""
        texts = super().to_python(value)
        wrong = [
            text
            for text in texts
            if not (text.isascii() and text.isdigit() and int(text) <= MOST_INTEGER)
        ]
        if wrong:
            raise ValidationError(
                f"“{wrong[0]}” is not a whole number between 0 and {MOST_INTEGER:,}."
            )
        return [int(text) for text in texts]


class MomentInput(forms.DateTimeInput):
    """A browser's date and time field, in UTC; a text field where the moment is counted from now."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"step": 1})

    def format_value(self, value: Any) -> str | None:
        """Write what browsers read, whatever ISO 8601 form came in."""
        if isinstance(value, str) and moments.is_relative(value):
            return value
        moment = moments.read_absolute(value) if isinstance(value, str) else value
        return (
            moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            if isinstance(moment, datetime)
            else None
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Let what is counted from now be read and changed as text: a date field would drop it."""
        context = super().get_context(name, value, attrs)
        if isinstance(value, str) and moments.is_relative(value):
            context["widget"]["type"] = "text"
        return context


class MomentField(forms.CharField):
    """A moment in ISO 8601, without an offset in UTC, or counted from `as_of`: `7d-ago`, `in-48h`, `now`."""

    widget = MomentInput
    as_of: datetime | None = None

    def clean(self, value: Any) -> datetime | None:
        """Read the moment; refuse what is none."""
        text = plain(super().clean(value)).strip()
        if not text:
            return None
        moment = moments.read(text, as_of=self.as_of or timezone.now())
        if moment is None:
            raise ValidationError(
                "It is not a date and time, such as 2026-02-04T13:00Z, "
                "nor counted from now, such as 7d-ago or in-48h."
            )
        return moment


class PlainTextField(forms.CharField):
    """One text that a column can hold; blanks belong to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"strip": False})

    def to_python(self, value: Any) -> str:
        """Read the text."""
        return plain(super().to_python(value) or "")


class AnyOf(django_filters.MultipleChoiceFilter):
    """Rows whose column is one of the given values."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Keep them with one IN, which the planner reads better than a chain of OR."""
        return qs.filter(**{f"{self.field_name}__in": sorted(set(value))}) if value else qs


class AnyText(AnyOf):
    """Rows whose column is one of the given texts."""

    field_class = TextsField


class AnyNumber(AnyOf):
    """Rows whose column is one of the given numbers."""

    field_class = NumbersField


class MomentFilter(django_filters.Filter):
    """Rows before, or not before, a moment."""

    field_class = MomentField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"help_text": ZONE} | kwargs)


class Count(django_filters.Filter):
    """Rows by a count of tries."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=MOST_INTEGER, **kwargs)


class Text(django_filters.Filter):
    """Rows by one text."""

    field_class = PlainTextField
