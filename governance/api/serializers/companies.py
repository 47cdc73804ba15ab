"""Companies as JSON: the columns that files have for them, and what the page of one shows."""

from typing import Any

from rest_framework import serializers

from governance.models import ArchivedError, HubError, Readiness
from outreach_admin.api.rows import RowSerializer

NAMED = ("outreach_id", "company_name", "domain", "address_state")
STANDING = (
    "readiness_tier",
    "can_promote_to_outreach",
    "blockers",
    "bottleneck_hub",
    "bottleneck",
    "reason_code",
    "reason",
    "company_target_status",
    "company_target_done",
    "dol_done",
    "people_done",
    "blog_done",
    "bit_done",
    "company_target_blocked",
    "dol_blocked",
    "people_blocked",
)
COUNTED = (
    "ct_blocking_errors",
    "dol_blocking_errors",
    "people_blocking_errors",
    "other_blocking_errors",
    "open_errors",
    "filled_slots",
    "required_slots",
    "verified_people",
)
OF_ERROR = (
    "error_id",
    "error_table",
    "code",
    "stage",
    "severity",
    "category",
    "blocks",
    "disposition",
    "retry_count",
    "max_retries",
    "owner",
    "created_at",
    "updated_at",
)
OF_ARCHIVED = (*OF_ERROR, "archived_at", "archive_reason", "final_disposition")


class ListedCompanySerializer(RowSerializer):
    """A company in a list."""

    outreach_id = serializers.UUIDField(read_only=True)
    readiness_tier = serializers.CharField(source="tier", read_only=True)
    can_promote_to_outreach = serializers.BooleanField(source="promotable", read_only=True)
    blockers = serializers.CharField(
        source="in_words",
        read_only=True,
        help_text="What keeps it from Outreach, in words; empty where nothing does.",
    )
    bottleneck_hub = serializers.CharField(source="bottleneck", read_only=True)
    bottleneck = serializers.CharField(source="bottleneck_in_words", read_only=True)
    reason_code = serializers.CharField(source="reason", read_only=True)
    reason = serializers.CharField(source="reason_in_words", read_only=True)
    company_target_status = serializers.CharField(
        source="ct_status",
        read_only=True,
        allow_null=True,
    )
    company_target_done = serializers.BooleanField(source="ct_done", read_only=True)
    company_target_blocked = serializers.BooleanField(source="ct_blocked", read_only=True)
    ct_blocking_errors = serializers.IntegerField(source="ct_blocking", read_only=True)
    dol_blocking_errors = serializers.IntegerField(source="dol_blocking", read_only=True)
    people_blocking_errors = serializers.IntegerField(source="people_blocking", read_only=True)
    other_blocking_errors = serializers.IntegerField(source="other_blocking", read_only=True)
    blocked_since = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="When its oldest blocking error was filed.",
    )

    class Meta:
        model = Readiness
        fields = read_only_fields = (*NAMED, *STANDING, *COUNTED, "blocked_since")


class OpenErrorSerializer(RowSerializer):
    """An error of a company, without its message."""

    error_id = serializers.UUIDField(source="id", read_only=True)
    error_table = serializers.CharField(source="error_table_id", read_only=True)

    class Meta:
        model = HubError
        fields = read_only_fields = OF_ERROR


class PutAwayErrorSerializer(OpenErrorSerializer):
    """An archived error of a company, without its message."""

    class Meta:
        model = ArchivedError
        fields = read_only_fields = OF_ARCHIVED


class StandingSerializer(serializers.Serializer[Any]):
    """One hub: its state, and in words why."""

    hub = serializers.CharField(source="hub.pk")
    name = serializers.CharField(source="hub.name")
    state = serializers.CharField(help_text="PASS, BLOCKED, WAITING, MISSING or NOT_REQUIRED.")
    fact = serializers.CharField()


class CriterionSerializer(serializers.Serializer[Any]):
    """What makes a hub done, and what is there of it."""

    hub = serializers.CharField()
    when = serializers.CharField()
    found = serializers.CharField()
    state = serializers.CharField()


class BottleneckSerializer(serializers.Serializer[Any]):
    """The first hub that holds a company; no hub where nothing does."""

    hub = serializers.CharField(allow_blank=True)
    why = serializers.CharField()
    to_do = serializers.CharField(allow_blank=True)


class BlockerSerializer(serializers.Serializer[Any]):
    """One thing in the way."""

    kind = serializers.CharField(help_text="DONE_STATE or BLOCKING_ERROR.")
    words = serializers.CharField()
    severity = serializers.CharField()
    blocks = serializers.CharField(source="hub")
    of_hub = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    to_do = serializers.CharField(allow_blank=True)
    error_id = serializers.UUIDField(allow_null=True)
    violation_id = serializers.IntegerField(
        allow_null=True,
        help_text="Of an open violation of the tool canon, which blocks as an error does.",
    )


class TargetAnswerSerializer(serializers.Serializer[Any]):
    """Whether it can be promoted to one target, and why not."""

    target = serializers.CharField()
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    why = serializers.CharField()


class CompanyErrorsSerializer(serializers.Serializer[Any]):
    """Its newest open errors, the last archived ones, and how many others there are."""

    open = OpenErrorSerializer(many=True)
    others = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Live errors that are not open, by disposition.",
    )
    archived = PutAwayErrorSerializer(many=True)
    archived_count = serializers.IntegerField()


class FilingSerializer(serializers.Serializer[Any]):
    """A DOL filing."""

    ein = serializers.CharField(allow_null=True)
    filing_present = serializers.BooleanField(allow_null=True)


class SlotSerializer(serializers.Serializer[Any]):
    """A seat, and who fills it."""

    slot_type = serializers.CharField()
    is_filled = serializers.BooleanField()
    person_unique_id = serializers.CharField(allow_null=True)


class ContactSerializer(serializers.Serializer[Any]):
    """Somebody who can be written to."""

    email = serializers.CharField(allow_null=True)
    email_verified = serializers.BooleanField()
    contact_status = serializers.CharField()
    slot_type = serializers.CharField(allow_null=True)


class FilingsSerializer(serializers.Serializer[Any]):
    """The first filings; `more` where there are others."""

    shown = FilingSerializer(many=True)
    more = serializers.BooleanField()


class SlotsSerializer(serializers.Serializer[Any]):
    """The first slots; `more` where there are others."""

    shown = SlotSerializer(many=True)
    more = serializers.BooleanField()


class ContactsSerializer(serializers.Serializer[Any]):
    """The first people; `more` where there are others."""

    shown = ContactSerializer(many=True)
    more = serializers.BooleanField()


class MasterSerializer(serializers.Serializer[Any]):
    """What the company master knows of it."""

    company_unique_id = serializers.CharField()
    source_system = serializers.CharField(allow_null=True)
    domain = serializers.CharField(allow_null=True)
    email_pattern = serializers.CharField(allow_null=True)


class CompanyFactsSerializer(serializers.Serializer[Any]):
    """What the page of one company shows beside its columns in lists."""

    waits_for = BottleneckSerializer()
    hubs = StandingSerializer(many=True)
    criteria = CriterionSerializer(many=True)
    targets = TargetAnswerSerializer(many=True)
    held_by = BlockerSerializer(
        many=True,
        help_text="The worst first, at most 50 of each kind.",
    )
    held_by_count = serializers.IntegerField()
    errors = CompanyErrorsSerializer()
    master = MasterSerializer(allow_null=True)
    email_method = serializers.CharField(allow_null=True)
    bit_score = serializers.CharField(help_text="In words.")
    filings = FilingsSerializer()
    slots = SlotsSerializer()
    people = ContactsSerializer()


class CompanySerializer(ListedCompanySerializer, CompanyFactsSerializer):
    """A company whole."""

    class Meta:
        model = Readiness
        fields = read_only_fields = (
            *ListedCompanySerializer.Meta.fields,
            *CompanyFactsSerializer._declared_fields,
        )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Write the columns of its row, then the facts beside it; what it may be promoted to is the gate's answer."""
        columns = ListedCompanySerializer(instance.row).data
        open_to = instance.company.open_to
        columns["can_promote_to_outreach"] = "OUTREACH" in open_to
        return {**columns, **CompanyFactsSerializer(instance).data}


class CompanyMomentSerializer(serializers.Serializer[Any]):
    """One thing that happened to a company."""

    at = serializers.DateTimeField()
    kind = serializers.CharField(help_text="The action, or TIER for a change of tier.")
    what = serializers.CharField()
    words = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    error_id = serializers.UUIDField(source="error", allow_null=True)
    place = serializers.CharField(
        allow_blank=True,
        help_text="Where that error is now: live, archived, or nowhere.",
    )
    actor = serializers.CharField(allow_blank=True)
    account = serializers.CharField(allow_blank=True)
    operation = serializers.IntegerField(allow_null=True)
    facts = serializers.ListField(child=serializers.CharField())


class CompanyTimelineSerializer(serializers.Serializer[Any]):
    """A stretch of a company's history, newest first."""

    results = CompanyMomentSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
