"""The tool canon as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from governance.toolbox.entries import InteractionType
from outreach_admin.api.bodies import Body

LONGEST_WORD = 255


def words(said: str = "", **given: Any) -> serializers.ListField:
    """Return a list of texts."""
    return serializers.ListField(
        child=serializers.CharField(),
        help_text=said,
        **given,
    )


class ValidateBody(Body):
    """A call that somebody means to make."""

    example: ClassVar[dict[str, Any]] = {
        "tool_id": "TOOL-001",
        "hub_id": "HUB-PEOPLE",
        "interaction_type": "VALIDATE",
        "gate_state": {},
    }
    tool_id = serializers.CharField(allow_blank=True)
    hub_id = serializers.CharField(allow_blank=True)
    interaction_type = serializers.ChoiceField(
        choices=[kind.value for kind in InteractionType],
    )
    gate_state = serializers.DictField(
        help_text="Facts by name; a wrong kind of fact is an answer, not a mistake of the body.",
    )
    entity = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=LONGEST_WORD,
        help_text="Whom the call is about: attempts are counted for it.",
    )
    correlation_id = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=LONGEST_WORD,
        help_text="Made where none is given.",
    )


class ToolViolationSerializer(serializers.Serializer[Any]):
    """The rule that the call would break."""

    violation_code = serializers.CharField()
    tool_id = serializers.CharField()
    hub_id = serializers.CharField()
    severity = serializers.CharField()
    disposition = serializers.CharField()
    message = serializers.CharField()
    timestamp = serializers.DateTimeField()
    context = serializers.DictField(help_text="Every condition that fails, and the call.")


class ValidationSerializer(serializers.Serializer[Any]):
    """The answer of the guard."""

    is_valid = serializers.BooleanField()
    violation = ToolViolationSerializer(allow_null=True)
    stopped = serializers.CharField(
        allow_null=True,
        help_text="Why no call is let out now, though no rule is broken.",
    )
    correlation_id = serializers.CharField()


class HoursSerializer(serializers.Serializer[Any]):
    """When people may be called, by their own clock, as 09:00; `closes` is too late."""

    opens = serializers.CharField()
    closes = serializers.CharField()


class CanonSerializer(serializers.Serializer[Any]):
    """The version in force."""

    version = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of its text.")
    enforced_at = serializers.DateTimeField()
    enforced_by = serializers.CharField(
        allow_null=True,
        help_text="Null: it came with the console.",
    )
    calling_hours = HoursSerializer()
    hubs = serializers.DictField(
        child=serializers.CharField(),
        help_text="Names by id.",
    )


class ToolSerializer(serializers.Serializer[Any]):
    """A tool, in the words of the canon; what it does not have is empty."""

    id = serializers.CharField()
    slug = serializers.CharField(help_text="Stays when ids are given anew.")
    name = serializers.CharField()
    software = serializers.CharField()
    tier = serializers.IntegerField()
    hubs = words("Ids of the hubs that it is for.")
    interaction = serializers.CharField()
    gates = words("Conditions that each call meets.")
    approval = serializers.CharField(help_text="For which calls a person must agree.")
    limits = words()
    cost = serializers.CharField()
    monthly_cap = serializers.CharField()
    backoff = serializers.CharField()
    cache = serializers.CharField()
    api_key_env = serializers.CharField(help_text="The name of the variable, never its value.")
    stopped = serializers.CharField(allow_null=True, help_text="Why somebody stopped it.")


class ToolsSerializer(serializers.Serializer[Any]):
    """All tools in force: there are no further pages."""

    results = ToolSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
