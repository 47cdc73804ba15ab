"""What is sent to run a job, change its schedule and review what it opened, as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from outreach_admin.api.bodies import Body, Key, Truth

MOST_AT_ONCE = 10_000


class JobRunBody(Body):
    """Whether a run is dry: nobody runs for real by leaving a word out."""

    example: ClassVar[dict[str, Any]] = {"dry": True}
    dry = Truth(help_text="True: plan it and count the rows, change nothing. False: for real.")


class ReviewBody(Body):
    """Which companies somebody has looked at."""

    example: ClassVar[dict[str, Any]] = {"outreach_ids": ["7f3c1a9e-58f2-4a5e-9a3e-2b1d6c0e4f01"]}
    outreach_ids = serializers.ListField(
        child=Key(),
        required=False,
        allow_empty=False,
        max_length=MOST_AT_ONCE,
        help_text="Those of the run that were looked at; all of them where this is left out.",
    )


class ReviewedSerializer(serializers.Serializer[Any]):
    """How many companies of a run are reviewed by this request, and how many are left."""

    reviewed = serializers.IntegerField()
    gates_to_review = serializers.IntegerField()
