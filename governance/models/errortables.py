"""How errors are filed: what they can be, the policies of tables, the registry of codes."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from governance.declarations.history import RowHistory
from governance.declarations.words import Words
from governance.models.hubs import Hub
from outreach_admin.db.limits import PROSE, Limits


class Disposition(models.TextChoices):
    """Where an error stands; RETRY and PARKED block promotion."""

    RETRY = "RETRY", "RETRY"
    PARKED = "PARKED", "PARKED"
    ARCHIVED = "ARCHIVED", "ARCHIVED"
    IGNORE = "IGNORE", "IGNORE"
    RESOLVED = "RESOLVED", "RESOLVED"


class TtlTier(models.TextChoices):
    """How long an error lives from its creation."""

    SHORT = "SHORT", "SHORT, 7 days"
    MEDIUM = "MEDIUM", "MEDIUM, 30 days"
    LONG = "LONG", "LONG, 90 days"
    INFINITE = "INFINITE", "INFINITE, never expires"


class Severity(models.TextChoices):
    """How bad an error is."""

    CRITICAL = "CRITICAL", "CRITICAL"
    HIGH = "HIGH", "HIGH"
    MEDIUM = "MEDIUM", "MEDIUM"
    LOW = "LOW", "LOW"


class Category(models.TextChoices):
    """What kind of failure it was; decides backoff and hint."""

    TRANSIENT = "TRANSIENT", "Transient"
    OPERATIONAL = "OPERATIONAL", "Operational"
    STRUCTURAL = "STRUCTURAL", "Structural"


class ArchiveReason(models.TextChoices):
    """Why an error was moved out."""

    TTL_EXPIRED = "TTL_EXPIRED", "TTL_EXPIRED"
    MANUAL = "MANUAL", "MANUAL"
    RESOLVED = "RESOLVED", "RESOLVED"
    SUPERSEDED = "SUPERSEDED", "SUPERSEDED"


class ParkReason(models.TextChoices):
    """Why an error is set aside. Source: spec "TTL, retry, escalation"."""

    STRUCTURAL_NO_DOL_MATCH = "STRUCTURAL_NO_DOL_MATCH", "No match in the federal filings"
    NO_MX_AFTER_RETRIES = "NO_MX_AFTER_RETRIES", "No mail server after several tries"
    RETRIES_EXHAUSTED = "RETRIES_EXHAUSTED", "Its tries are used up"
    MAX_RETRIES_EXCEEDED = "MAX_RETRIES_EXCEEDED", "Tried more often than allowed"
    NON_RETRYABLE_ERROR = "NON_RETRYABLE_ERROR", "Another try cannot help"
    ESCALATION_REQUIRED = "ESCALATION_REQUIRED", "Somebody above the team decides"
    EXTERNAL_DEPENDENCY = "EXTERNAL_DEPENDENCY", "Waits for somebody outside"
    DATA_QUALITY = "DATA_QUALITY", "The data is wrong or incomplete"

    @classmethod
    def words(cls, reason: str) -> str:
        """Return the words for a stored reason; what a file brought has none of its own."""
        return cls(reason).label if reason in cls.values else ""


class ErrorTable(models.Model):
    """The policy of one error table; a new error table is a row here, not a migration."""

    history = RowHistory("name")
    words = Words(("name", "entity_type", "owner", "archive_name"))

    name = models.TextField(primary_key=True)
    hub = models.ForeignKey(
        Hub,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="error_tables",
        help_text="Empty for the platform's own log.",
    )
    entity_type = models.TextField(unique=True, help_text="Name in the audit trail.")
    owner = models.TextField(help_text="Team that looks after parked errors.")
    blocks_promotion = models.BooleanField()
    default_disposition = models.TextField(choices=Disposition.choices)
    allowed_dispositions = ArrayField(models.TextField(choices=Disposition.choices))
    ttl_tier = models.TextField(choices=TtlTier.choices)
    max_retries = models.PositiveSmallIntegerField()
    archive_name = models.TextField(unique=True)
    retention = models.DurationField(default=timedelta(days=365))
    holds_expired = models.BooleanField(
        "Holds expired blockers",
        default=False,
        db_default=False,
        help_text="Leave what blocks promotion in the queue when its TTL runs out.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(allowed_dispositions__contains=[F("default_disposition")]),
                name="default_disposition_allowed",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        return self.name.rpartition(".")[2]


class ErrorCode(models.Model):
    """One registered failure code and how its errors are filed."""

    history = RowHistory("code")
    words = Words(("code", "stage"))
    limits = Limits({"title": PROSE, "hint": PROSE})

    code = models.TextField(primary_key=True)
    hub = models.ForeignKey(Hub, models.PROTECT, null=True, blank=True, related_name="error_codes")
    stage = models.TextField(blank=True)
    category = models.TextField(choices=Category.choices)
    severity = models.TextField(choices=Severity.choices)
    blocking = models.BooleanField(
        null=True, blank=True, help_text="Overrides the error table's policy when set."
    )
    ttl_tier = models.TextField(choices=TtlTier.choices, null=True, blank=True)
    max_retries = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.TextField(help_text="What happened, in one short sentence.")
    hint = models.TextField(help_text="What the operator can do.")
    park_reason = models.TextField(
        choices=ParkReason.choices,
        null=True,
        blank=True,
        help_text="The usual reason to park it, offered where it fits every selected error.",
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
