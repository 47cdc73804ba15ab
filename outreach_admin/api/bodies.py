"""Bodies that are objects of known members."""

from typing import Any

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
