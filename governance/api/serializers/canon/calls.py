"""Calls of tools as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from governance.models import ToolCall
from governance.models.canon.calls import LONGEST, MOST_DOLLARS, NOTHING
from governance.toolbox.entries import InteractionType
from outreach_admin.api.bodies import Body
from outreach_admin.api.rows import RowSerializer

COLUMNS = (
    "id",
    "correlation_id",
    "tool_id",
    "tool",
    "canon_version",
    "hub",
    "interaction",
    "entity",
    "domain",
    "facts",
    "by",
    "person",
    "channel",
    "status",
    "reserved_at",
    "settled_at",
    "duration",
    "cost",
    "is_stored",
    "fault",
)
LONGEST_WORD = 255
UNSEEN = "It holds letters that cannot be seen."
KINDS = [one.value for one in InteractionType]
# what a caller may say; that a call was given back, only the console knows
ENDS = [
    (status.value, status.label)
    for status in (
        ToolCall.Status.SUCCEEDED,
        ToolCall.Status.FAILED,
        ToolCall.Status.CALLED_OFF,
    )
]
FACTS = {"domain_verified": True, "mx_present": True}


class CallSerializer(RowSerializer):
    """A call in the ledger."""

    facts = serializers.DictField(read_only=True)
    by = serializers.CharField(
        source="by_name",
        read_only=True,
        help_text="Who made it; empty: a program beside the console.",
    )
    person = serializers.CharField(
        source="person_name",
        read_only=True,
        help_text="Who it counts as: of a pipeline, who made its token.",
    )

    class Meta:
        model = ToolCall
        fields = read_only_fields = COLUMNS


class Word(serializers.CharField):
    """A word that people can read."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"max_length": LONGEST_WORD} | given)

    def to_internal_value(self, data: Any) -> str:
        """Read it."""
        word = super().to_internal_value(data)
        if not word.isprintable():
            raise serializers.ValidationError(UNSEEN)
        return word


class CallBody(Body):
    """A call that is about to be made."""

    example: ClassVar[dict[str, Any]] = {
        "tool_id": "TOOL-008",
        "hub_id": "HUB-COMPANY-TARGET",
        "interaction_type": "ENRICH",
        "gate_state": FACTS,
        "entity": "acme.example",
    }
    tool_id = Word()
    hub_id = Word()
    interaction_type = serializers.ChoiceField(choices=KINDS)
    gate_state = serializers.DictField(
        required=False,
        default=dict,
        help_text="What is known of the company or person.",
    )
    entity = Word(
        required=False,
        allow_null=True,
        allow_blank=True,
        default=None,
        help_text="Who it is about; a tool of tier 2 needs it.",
    )
    correlation_id = Word(
        required=False,
        allow_null=True,
        allow_blank=True,
        default=None,
        help_text="One is made where none is given.",
    )
    request_approval = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Where all that the call lacks is the agreement of a person, ask for it.",
    )


class SettleBody(Body):
    """How a call ended."""

    example: ClassVar[dict[str, Any]] = {
        "status": "succeeded",
        "duration": 412,
        "answer_stored": True,
    }
    status = serializers.ChoiceField(choices=ENDS)
    duration = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=LONGEST,
        help_text="Milliseconds.",
    )
    cost = serializers.DecimalField(
        required=False,
        allow_null=True,
        default=None,
        max_digits=13,
        decimal_places=6,
        min_value=NOTHING,
        max_value=MOST_DOLLARS,
        help_text="US dollars, where it is more than the canon says.",
    )
    answer_stored = serializers.BooleanField(required=False, default=False)
    fault = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=LONGEST_WORD,
        help_text="What went wrong, in a word.",
    )
