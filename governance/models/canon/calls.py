"""The ledger: every call of a tool, how much of each tool is used, and the places of calls that last."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThan

from governance.toolbox.entries import InteractionType
from outreach_admin.db.jsonfields import JSONField

NOTHING = Decimal(0)
MOST_DOLLARS = Decimal(1_000_000)
# one of 24.8 days, in milliseconds
LONGEST = 2_147_483_647
LATE = timedelta(minutes=10)
# how long after its reservation a call can be called off
CALLED_OFF_WITHIN = timedelta(minutes=1)
NOW = Func(function="clock_timestamp")


class ToolCallQuerySet(models.QuerySet["ToolCall"]):
    """Reads of calls."""

    def made(self) -> "ToolCallQuerySet":
        """Those that were made, as far as anybody knows."""
        never = (ToolCall.Status.GIVEN_BACK, ToolCall.Status.CALLED_OFF)
        return self.exclude(status__in=never)

    def counted(self) -> "ToolCallQuerySet":
        """Those that rates, days, months and budgets count: all but what was given back."""
        return self.exclude(status=ToolCall.Status.GIVEN_BACK)

    def open(self) -> "ToolCallQuerySet":
        """Those that nobody has settled."""
        return self.filter(status=ToolCall.Status.RESERVED)

    def with_people(self) -> "ToolCallQuerySet":
        """With who made it and whom it counts as."""
        return self.select_related("by", "person")


class ToolCall(models.Model):
    """One call, from its reservation on. It is settled once, by `governance.settle_call()`; nothing else of it changes."""

    added_only = True

    class Status(models.TextChoices):
        """Given back is what this code knows was never made; called off is what only its caller says."""

        RESERVED = "reserved", "Reserved"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        CALLED_OFF = "called_off", "Called off"
        GIVEN_BACK = "given_back", "Given back"

    id = models.BigAutoField(primary_key=True)
    correlation_id = models.TextField()
    tool_id = models.TextField(help_text="As the canon of that version numbers it.")
    tool = models.TextField(help_text="Slug.")
    tier = models.PositiveSmallIntegerField()
    canon_version = models.PositiveIntegerField()
    hub = models.TextField()
    interaction = models.TextField(choices=[(one.value, one.value) for one in InteractionType])
    entity = models.TextField(blank=True, default="", help_text="Who it is about.")
    domain = models.TextField(blank=True, default="", help_text="Where a limit is for each.")
    facts = JSONField(default=dict, blank=True)
    passed = models.BooleanField(
        default=False,
        help_text="The guard let it through.",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Nobody: a program beside the console.",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Who it counts as: of a pipeline, who made its token.",
    )
    channel = models.TextField(default="code")
    reserved_at = models.DateTimeField(db_default=NOW)
    status = models.TextField(
        choices=Status.choices,
        default=Status.RESERVED,
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    duration = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Milliseconds.",
    )
    cost = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        default=NOTHING,
        help_text="US dollars; while it is open, what is held for it.",
    )
    is_stored = models.BooleanField(
        default=False,
        help_text="Its answer was stored.",
    )
    fault = models.TextField(blank=True, default="")

    objects = ToolCallQuerySet.as_manager()

    class Meta:
        ordering = ["-reserved_at", "-id"]
        indexes = [
            models.Index(fields=["reserved_at", "id"], name="toolcall_newest"),
            models.Index(fields=["tool", "reserved_at", "id"], name="toolcall_tool"),
            models.Index(fields=["hub", "reserved_at", "id"], name="toolcall_hub"),
            models.Index(
                fields=["entity", "tool"],
                condition=~Q(entity=""),
                name="toolcall_entity",
            ),
            models.Index(
                fields=["tool", "domain", "reserved_at"],
                condition=~Q(domain=""),
                name="toolcall_domain",
            ),
            models.Index(
                fields=["status", "reserved_at", "id"],
                condition=~Q(status="succeeded"),
                name="toolcall_unusual",
            ),
            models.Index(fields=["correlation_id"], name="toolcall_correlation"),
            # what the audit looks at (queries/canon/suspects.py): rare, so that it costs no other call anything
            models.Index(
                fields=["id"],
                condition=Q(tier=2, passed=False)
                | Q(interaction="VALIDATE", status="succeeded", is_stored=False)
                | Q(GreaterThan(F("settled_at") - F("reserved_at"), LATE), interaction="ENRICH"),
                name="toolcall_audited",
            ),
            models.Index(
                fields=["by", "reserved_at", "id"],
                condition=Q(by__isnull=False),
                name="toolcall_by",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["reserved", "succeeded", "failed", "called_off", "given_back"]
                ),
                name="toolcall_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="reserved", settled_at__isnull=True)
                | (~Q(status="reserved") & Q(settled_at__isnull=False)),
                name="toolcall_settled_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(cost__gte=NOTHING, cost__lte=MOST_DOLLARS),
                name="toolcall_cost_of_a_call",
            ),
            models.CheckConstraint(
                condition=~Q(status="given_back") | Q(cost=NOTHING),
                name="toolcall_given_back_costs_nothing",
            ),
            models.CheckConstraint(
                condition=Q(interaction__in=[one.value for one in InteractionType]),
                name="toolcall_interaction_known",
            ),
            models.CheckConstraint(
                condition=~Q(tool="") & ~Q(correlation_id=""),
                name="toolcall_named",
            ),
        ]

    def __str__(self) -> str:
        return f"Call {self.pk} of {self.tool_id}"

    @property
    def is_unmade(self) -> bool:
        """Whether it ended without being made, as far as anybody knows."""
        return self.status in (self.Status.GIVEN_BACK, self.Status.CALLED_OFF)

    @property
    def by_name(self) -> str:
        """The user name of who made it."""
        return self.by.get_username() if self.by else ""

    @property
    def person_name(self) -> str:
        """The user name of whom it counts as."""
        return self.person.get_username() if self.person else ""


class ToolUsage(models.Model):
    """Calls and dollars of a tool within one day or month of the calendar in UTC, by the moment of reservation."""

    kept_by_triggers = True

    class Period(models.TextChoices):
        DAY = "day", "Day"
        MONTH = "month", "Month"

    id = models.BigAutoField(primary_key=True)
    tool = models.TextField(help_text="Slug.")
    period = models.TextField(choices=Period.choices)
    starts = models.DateField()
    calls = models.BigIntegerField(default=0)
    cost = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        default=NOTHING,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "period", "starts"],
                name="toolusage_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} {self.period} {self.starts}"


class ToolPlace(models.Model):
    """A place of a call of a tool that takes so many at once: free again when it ends, or nobody holds it any more."""

    call = models.OneToOneField(
        ToolCall,
        models.PROTECT,
        primary_key=True,
        related_name="+",
    )
    tool = models.TextField(help_text="Slug.")
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tool", "until"], name="toolplace_free")]

    def __str__(self) -> str:
        return f"Place of call {self.call_id}"
