"""Bodies that are objects of known members."""

from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from outreach_admin.exceptions import BadRequest

LONGEST_PROSE = 2_000


class Body(serializers.Serializer[Any]):
    """What a body may say; `example` is shown in the schema.

    Unknown members are refused: one may have been meant to narrow what is selected.
    """

    example: Any = None


class Prose(serializers.CharField):
    """A text of a person, which may be left out."""

    def __init__(self, **given: Any) -> None:
        wanted = {
            "required": False,
            "allow_blank": True,
            "default": "",
            "max_length": LONGEST_PROSE,
        }
        super().__init__(**wanted | given)


class Exact:
    """A field that takes values of its own kind alone, where others would be turned into it: no number for a text."""

    kinds: ClassVar[tuple[type, ...]] = ()

    def to_internal_value(self, data: Any) -> Any:
        """Read it."""
        # true is an int too for Python
        if type(data) not in self.kinds:
            self.fail("another kind")  # type: ignore[attr-defined]
        return super().to_internal_value(data)  # type: ignore[misc]


class Text(Exact, serializers.CharField):
    """A text as it was sent."""

    kinds = (str,)
    default_error_messages: ClassVar[Any] = {"another kind": "It is no text."}


class Count(Exact, serializers.IntegerField):
    """A whole number."""

    kinds = (int,)
    default_error_messages: ClassVar[Any] = {"another kind": "It is no whole number."}


class Truth(Exact, serializers.BooleanField):
    """True or false, and no word or number for it."""

    kinds = (bool,)
    default_error_messages: ClassVar[Any] = {"another kind": "It is neither true nor false."}


class Key(Exact, serializers.UUIDField):
    """A key as a text."""

    kinds = (str,)
    default_error_messages: ClassVar[Any] = {"another kind": "It is no text."}


class Figure(Exact, serializers.FloatField):
    """A number."""

    kinds = (int, float)
    default_error_messages: ClassVar[Any] = {"another kind": "It is no number."}


class Moment(Exact, serializers.DateTimeField):
    """A moment with its zone."""

    kinds = (str,)
    default_error_messages: ClassVar[Any] = {
        "another kind": "It is no moment: write it as 2026-02-04T08:00:00+00:00.",
        "no zone": "It has no time with a zone: write it as 2026-02-04T08:00:00+00:00.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        """Read it."""
        moment: datetime = super().to_internal_value(data)
        said = parse_datetime(data)
        if said is None or timezone.is_naive(said):
            self.fail("no zone")
        return moment


def read(body_class: type[Body], said: Any) -> dict[str, Any]:
    """Return what a body says. Raises BadRequest (400: no object, an unknown member), ValidationError (422: a wrong value)."""
    if not isinstance(said, dict):
        raise BadRequest("The body is not an object.")
    body = body_class(data=said)
    for key in said:
        if key not in body.fields:
            raise BadRequest(
                f"Unknown key “{key[:60]}”. Nothing was done.",
                what_to_do="Leave it out.",
                key=key,
                offered=body.fields,
            )
    body.is_valid(raise_exception=True)
    found: dict[str, Any] = body.validated_data
    return found
