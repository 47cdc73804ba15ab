"""Requests for approval as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from governance.api.serializers.plans import (
    MovedSerializer,
    OverlapSerializer,
    SampledSerializer,
)
from governance.models import Approval
from outreach_admin.api.bodies import LONGEST_PROSE, Body, Prose
from outreach_admin.api.rows import RowSerializer

COLUMNS = (
    "id",
    "state",
    "operation",
    "run",
    "call",
    "plan_hash",
    "policy",
    "requester",
    "note",
    "requested_at",
    "expires_at",
    "decided_at",
    "used_at",
    "used_by_call",
    "state_note",
    "discarded_at",
)


class AskedCallSerializer(serializers.Serializer[Any]):
    """A call of a tool that a request is about; the request is bound to the digest of it."""

    tool_id = serializers.CharField()
    tool = serializers.CharField(help_text="Slug.")
    hub_id = serializers.CharField()
    interaction_type = serializers.CharField(source="interaction")
    entity = serializers.CharField()
    company = serializers.UUIDField(
        source="outreach_id",
        allow_null=True,
        help_text="The outreach id, where the entity is a company of the spine.",
    )
    gate_state = serializers.DictField(source="told", help_text="The facts as they were told.")
    price = serializers.CharField()
    canon_version = serializers.IntegerField()
    correlation_id = serializers.CharField()
    account = serializers.CharField(
        source="account.username",
        help_text="Who asked; of a pipeline the requester is who made its token.",
    )


class ApprovalSerializer(RowSerializer):
    """A request in a list."""

    operation = serializers.IntegerField(
        source="operation_id",
        read_only=True,
        allow_null=True,
    )
    run = serializers.IntegerField(
        source="playbook_run_id",
        read_only=True,
        allow_null=True,
    )
    call = AskedCallSerializer(
        source="asked_call",
        read_only=True,
        allow_null=True,
        help_text="Set where it is about a call of a tool.",
    )
    policy = serializers.DictField(
        read_only=True,
        help_text="The policy as it was when asked.",
    )
    requester = serializers.CharField(source="requester.username", read_only=True)

    class Meta:
        model = Approval
        fields = read_only_fields = COLUMNS


class CheckSerializer(serializers.Serializer[Any]):
    """One condition of the gate for whoever reads; `state` is holds, waits, warns or fails."""

    text = serializers.CharField()
    note = serializers.CharField()
    state = serializers.CharField()


class VoteSerializer(serializers.Serializer[Any]):
    """Somebody's word."""

    voter = serializers.CharField(source="vote.voter.username")
    decision = serializers.CharField(source="vote.decision")
    comment = serializers.CharField(source="vote.comment")
    at = serializers.DateTimeField(source="vote.at")
    channel = serializers.CharField(source="vote.channel")
    void = serializers.CharField(help_text="Why it does not count now; else empty.")


class CommentSerializer(serializers.Serializer[Any]):
    """A remark that decides nothing."""

    id = serializers.IntegerField(source="pk")
    author = serializers.CharField(source="author.username")
    body = serializers.CharField()
    at = serializers.DateTimeField()


class OpenedSerializer(serializers.Serializer[Any]):
    """What somebody who decides has to know."""

    operations = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Its plans, in the order they run.",
    )
    eligible = serializers.IntegerField()
    skipped = serializers.IntegerField()
    effect = serializers.DictField(child=serializers.IntegerField())
    undoable = serializers.BooleanField()
    sample = SampledSerializer(many=True)
    overlaps = OverlapSerializer(many=True)
    moved = MovedSerializer(many=True)
    checks = CheckSerializer(many=True)
    votes = VoteSerializer(many=True)
    is_open = serializers.BooleanField()
    may_vote = serializers.BooleanField()
    may_withdraw = serializers.BooleanField()


class ApprovalDetailSerializer(ApprovalSerializer):
    """A request whole, as whoever asks may decide on it now."""

    title = serializers.CharField(read_only=True)
    subject_state = serializers.CharField(
        source="subject.state",
        read_only=True,
        help_text="How the plan or run stands; `asked` of a call.",
    )
    opened = OpenedSerializer(read_only=True)
    remarks = CommentSerializer(many=True, read_only=True)
    links = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Approval
        fields = read_only_fields = (
            *COLUMNS,
            "title",
            "subject_state",
            "opened",
            "remarks",
            "links",
        )


class ApproveBody(Body):
    """Agreement to the plan or call that was read."""

    plan_hash = serializers.CharField(
        max_length=64,
        help_text="As it stands in the request: what was read is what is agreed to.",
    )
    comment = Prose()


class RejectBody(Body):
    """Refusal of the plan or call, saying why."""

    example: ClassVar[dict[str, Any]] = {"comment": "Retry those of last week first."}
    comment = serializers.CharField(max_length=LONGEST_PROSE)
    plan_hash = serializers.CharField(max_length=64, required=False)


class RemarkBody(Body):
    """A remark."""

    example: ClassVar[dict[str, Any]] = {"body": "Which filing season are these from?"}
    body = serializers.CharField(max_length=LONGEST_PROSE)
