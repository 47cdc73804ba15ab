"""What may be planned."""

from collections.abc import Iterator
from typing import Any

from django import forms
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import policies, subjects
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from outreach_admin.api.endpoints import Endpoint

KINDS: dict[type[forms.Field], str] = {
    forms.DateTimeField: "moment",
    forms.DateField: "date",
    forms.IntegerField: "number",
    forms.BooleanField: "boolean",
    forms.MultipleChoiceField: "choices",
    forms.ChoiceField: "choice",
}


class ChoiceSerializer(serializers.Serializer[Any]):
    """A value that a parameter may have."""

    value = serializers.CharField()
    label = serializers.CharField()


class ParameterSerializer(serializers.Serializer[Any]):
    """What a verb asks."""

    name = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField(help_text=f"text, {', '.join(KINDS.values())}.")
    required = serializers.BooleanField()
    help = serializers.CharField()
    max_length = serializers.IntegerField(allow_null=True)
    choices = ChoiceSerializer(many=True)


class VerbSerializer(serializers.Serializer[Any]):
    """Something that may be done to rows."""

    name = serializers.CharField()
    label = serializers.CharField()
    subject = serializers.CharField(help_text="What it is about.")
    noun = serializers.CharField(help_text="What such a row is called.")
    clears = serializers.BooleanField(help_text="Whether its rows no longer block promotion.")
    undoable = serializers.BooleanField()
    parameters = ParameterSerializer(many=True)


class VerbsSerializer(serializers.Serializer[Any]):
    """All of them on one page."""

    results = VerbSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class VerbList(Endpoint):
    """What this account may plan."""

    @extend_schema(responses={200: VerbsSerializer})
    def get(self, request: Request) -> Response:
        """List the verbs that this account may plan, with what they ask."""
        offered = sorted(
            (verb for verb in VERBS.values() if verb.offered),
            key=lambda verb: (verb.subject, verb.rank, verb.name),
        )
        found = [_told(verb) for verb in offered if policies.may_plan(request.user, verb)]
        return Response({"results": found, "next": None, "previous": None})


def _told(verb: Verb) -> dict[str, Any]:
    return {
        "name": verb.name,
        "label": verb.label,
        "subject": verb.subject,
        "noun": subjects.named(verb.subject).noun,
        "clears": verb.clears,
        "undoable": verb.undoable,
        "parameters": list(_parameters(verb)),
    }


def _parameters(verb: Verb) -> Iterator[dict[str, Any]]:
    for name, field in verb.parameters().fields.items():
        kinds = [kind for type_, kind in KINDS.items() if isinstance(field, type_)]
        offered = getattr(field, "choices", ())
        yield {
            "name": name,
            "label": str(field.label or name),
            "kind": kinds[0] if kinds else "text",
            "required": field.required,
            "help": str(field.help_text),
            "max_length": getattr(field, "max_length", None),
            "choices": [
                {"value": str(value), "label": str(label)} for value, label in offered if value
            ],
        }
