"""What is said of a call that a person has to agree to."""

from typing import Any, ClassVar

from rest_framework import serializers

from governance.canon.guard import InteractionType
from outreach_admin.api.bodies import Body, Prose

WORD = 255


class AskBody(Body):
    """A call of a tool, as the guard is asked about it."""

    example: ClassVar[dict[str, Any]] = {
        "tool_id": "TOOL-011",
        "hub_id": "HUB-OUTREACH",
        "interaction_type": "WRITE",
        "entity": "0b54a5b0-7d2c-4e0b-9c6e-3a6f5b7c8d9e",
        "gate_state": {
            "bit_score": 81,
            "contact_verified": True,
            "dnc_checked": True,
            "contact_timezone": "America/Chicago",
        },
        "note": "She asked for a call in the first week of February.",
    }
    tool_id = serializers.CharField(max_length=WORD)
    hub_id = serializers.CharField(max_length=WORD)
    interaction_type = serializers.ChoiceField(choices=[kind.value for kind in InteractionType])
    gate_state = serializers.DictField(help_text="What the gates of the tool ask for.")
    entity = serializers.CharField(
        max_length=WORD,
        help_text="The outreach id of a company, or another name of who is called.",
    )
    correlation_id = serializers.CharField(
        max_length=WORD,
        required=False,
        allow_blank=True,
        default="",
    )
    note = Prose()
