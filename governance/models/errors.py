"""Errors of all hubs in one table, what is searched of them, and how they are counted."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Now, Upper

from governance.declarations import ages, archivedatonce, moves
from governance.declarations.accounted import Accounted
from governance.declarations.counted import Counted
from governance.declarations.errorviews import LiveErrorViews
from governance.declarations.history import History, Moved
from governance.declarations.words import Words
from governance.models.errortables import Category, Disposition, ErrorTable, Severity, TtlTier
from governance.models.hubs import NOT_LISTED, Outreach, domain_in_ascii
from governance.models.retention.holds import IS_HELD, Holdable, hold_is_whole
from outreach_admin.db.declarations import AfterStatements
from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import LONG, PROSE, Limits

# of live and archived errors; the words with choices have checks
WORDS = ("code", "stage", "owner", "park_reason", "parked_by", "company_unique_id")


SUMMARY = 500
# bytes; a trace and what a pipeline saw
DETAILS = 250_000
# a limit of its own would be met before that of the error, and name the wrong column
FROM_ERRORS = "triggers fill it from errors, which have limits"
BLOCKING_DISPOSITIONS = [Disposition.RETRY, Disposition.PARKED]
OPEN_DISPOSITIONS = [Disposition.RETRY, Disposition.PARKED]

# the facets in the order in which people see them: counters, filters and the indexes of any combination
# follow from this tuple
COUNTED = (
    "error_table",
    "code",
    "disposition",
    "owner",
    "park_reason",
    "retry_count",
    "category",
    "severity",
    "ttl_tier",
    "escalation_level",
    "stage",
)
# counted as well, but no facet
ALSO_COUNTED = ("message_key", "retry_exhausted", "blocks")
# an error without an outreach id keeps nobody from promotion
BLOCKS_SOMEBODY = ("blocks", "(blocks AND outreach_id IS NOT NULL)")


def facet_key() -> models.Func:
    """Return the number of a row's combination of facet values.

    Different values may share a number (once in 2^64): whoever looks rows up by it filters by the values as well.
    Indexes use the function, so its text stands in the migration that makes them.
    """
    return models.Func(
        *COUNTED, function="governance.facet_key", output_field=models.BigIntegerField()
    )


class HubErrorQuerySet(models.QuerySet["HubError"]):
    """Reads of live errors."""

    def open(self) -> "HubErrorQuerySet":
        return self.filter(disposition__in=OPEN_DISPOSITIONS)

    def blocking(self) -> "HubErrorQuerySet":
        blocks = self.filter(blocks=True, outreach__isnull=False)
        return blocks.filter(disposition__in=BLOCKING_DISPOSITIONS)

    def expired(self, at: datetime) -> "HubErrorQuerySet":
        return self.filter(expires_at__lte=at)

    def with_company(self) -> "HubErrorQuerySet":
        return self.select_related("outreach__company")

    def listed(self) -> "HubErrorQuerySet":
        """With what a list shows and nothing heavy: of the message, its first 500 characters as `summary`."""
        return listed(self)


def listed(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Narrow the columns of live or archived errors to what their lists show."""
    heavy = ("message", "message_key", "details", "resolution_note", *NOT_LISTED)
    return (
        queryset.select_related("outreach__company")
        .annotate(summary=Left("message", SUMMARY))
        .defer(*heavy)
    )


class GovernedError(Holdable):
    """The columns that live and archived errors share."""

    words = Words(WORDS, domains=("domain",), beside="details")
    limits = Limits(
        {"message": LONG, "resolution_note": PROSE, "hold_reason": PROSE, "details": DETAILS}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    error_table = models.ForeignKey(
        ErrorTable, models.PROTECT, db_column="error_table", related_name="+", db_index=False
    )
    outreach = models.ForeignKey(
        Outreach,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    company_unique_id = models.TextField(null=True, blank=True)
    domain = models.TextField(null=True, blank=True)
    code = models.TextField()
    message = models.TextField(db_default="", blank=True)
    message_key = models.BinaryField(max_length=16, editable=False, db_default=b"")
    stage = models.TextField(null=True, blank=True)
    severity = models.TextField(choices=Severity.choices)
    category = models.TextField(choices=Category.choices)
    blocks = models.BooleanField(
        help_text="Whether this error keeps its company from promotion while RETRY or PARKED."
    )
    disposition = models.TextField(choices=Disposition.choices)
    retry_count = models.PositiveIntegerField(db_default=0)
    max_retries = models.PositiveIntegerField()
    retry_exhausted = models.BooleanField(db_default=False)
    last_retry_at = models.DateTimeField(null=True, blank=True)
    next_retry_at = models.DateTimeField(null=True, blank=True)
    ttl_tier = models.TextField(choices=TtlTier.choices)
    expires_at = models.DateTimeField(
        help_text="created_at plus the TTL; year 9000 when it never expires."
    )
    owner = models.TextField(help_text="Team or person that looks after it.")
    parked_at = models.DateTimeField(null=True, blank=True)
    parked_by = models.TextField(null=True, blank=True)
    park_reason = models.TextField(null=True, blank=True)
    escalation_level = models.PositiveIntegerField(db_default=0)
    escalated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution_note = models.TextField(null=True, blank=True)
    details = JSONField(db_default={}, blank=True)
    version = models.PositiveIntegerField(db_default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.id}"

    @property
    def company_name(self) -> str:
        """What people call the company it is about, as far as it is known."""
        company = getattr(self.outreach, "company", None) if self.outreach else None
        spine = self.outreach.domain if self.outreach else ""
        return (
            (company.company_name if company else "")
            or spine
            or self.domain
            or self.company_unique_id
            or "No company"
        )

    @property
    def expiry(self) -> datetime | None:
        return None if self.ttl_tier == TtlTier.INFINITE else self.expires_at

    @property
    def tries(self) -> str:
        return f"{self.retry_count} / {self.max_retries}"


class HubError(GovernedError):
    """A live error of any hub, told apart by its error table."""

    versioned = True
    never_emptied = True
    history = History(
        "{row}.error_table",
        state="{row}.disposition",
        facts=("retry_count", "park_reason", "owner", "ttl_tier", "escalation_level"),
        prospects=("next_retry_at",),
        outside_action=archivedatonce.ACTION,
        moved=Moved(moves.ARCHIVE, "ARCHIVE", "ARCHIVED", archivedatonce.RECORDED, same=moves.SAME),
    )
    counted = Counted((*COUNTED, *ALSO_COUNTED), into="ErrorCount", instead=(BLOCKS_SOMEBODY,))
    hours_counted = ages.HOURS
    accounted = Accounted("queue", elsewhere=moves.ARCHIVE)
    readiness_kept = AfterStatements("f_readiness", "governance.readiness_errors")

    archived_by_sql = archivedatonce.ArchivedAtOnce()
    offered = LiveErrorViews()

    # written by plain SQL alone: the statement that writes it moves the row to its archive
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = HubErrorQuerySet.as_manager()

    class Meta:
        permissions = [("export_huberror", "Can export errors")]
        constraints = [
            models.CheckConstraint(
                condition=Q(disposition__in=Disposition.values), name="disposition_known"
            ),
            models.CheckConstraint(condition=Q(ttl_tier__in=TtlTier.values), name="ttl_tier_known"),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="severity_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="category_known"
            ),
            models.CheckConstraint(
                condition=Q(escalation_level__range=(0, 3)), name="escalation_level_0_to_3"
            ),
            models.CheckConstraint(
                condition=Q(
                    disposition="PARKED",
                    parked_at__isnull=False,
                    parked_by__isnull=False,
                    park_reason__isnull=False,
                )
                | (
                    ~Q(disposition="PARKED")
                    & Q(
                        parked_at__isnull=True,
                        parked_by__isnull=True,
                        park_reason__isnull=True,
                        escalation_level=0,
                        escalated_at__isnull=True,
                    )
                ),
                name="parked_facts_paired",
            ),
            models.CheckConstraint(
                condition=~Q(disposition="RESOLVED") | Q(resolved_at__isnull=False),
                name="resolved_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(escalation_level=0) | Q(escalated_at__isnull=False),
                name="escalated_facts_paired",
            ),
            archivedatonce.paired("archived_facts_paired"),
            hold_is_whole("hold_facts_paired"),
            models.CheckConstraint(condition=~Q(owner=""), name="owner_present"),
            models.CheckConstraint(condition=~Q(code=""), name="error_code_present"),
            domain_in_ascii("error_domain_ascii"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="error_created"),
            models.Index(fields=["expires_at", "id"], name="error_expires"),
            models.Index(fields=["retry_count", "id"], name="error_tries"),
            models.Index(
                fields=["error_table", "code", "disposition", "expires_at", "id"],
                name="error_cause",
            ),
            models.Index(fields=["outreach"], name="error_outreach"),
            models.Index(fields=["message_key"], name="error_message_key"),
            *ages.indexes(),
            models.Index(facet_key(), "created_at", "id", name="error_facets_created"),
            models.Index(facet_key(), "expires_at", "id", name="error_facets_expires"),
            models.Index(facet_key(), "id", name="error_facets_id"),
            models.Index(
                fields=["created_at", "id"], name="error_spent", condition=Q(retry_exhausted=True)
            ),
            models.Index(fields=["held_at"], name="error_held", condition=IS_HELD),
            models.Index(
                fields=["company_unique_id"], name="error_loose_company", condition=Q(outreach=None)
            ),
            models.Index(fields=["domain"], name="error_loose_domain", condition=Q(outreach=None)),
        ]

    @property
    def is_blocking(self) -> bool:
        """Whether it keeps its company from promotion right now."""
        return self.blocks and bool(self.outreach_id) and self.disposition in BLOCKING_DISPOSITIONS


class ErrorText(models.Model):
    """What free-text search reads; apart, so that changing a disposition leaves the search index alone."""

    limits = Limits(derived=FROM_ERRORS)

    error = models.OneToOneField(
        HubError, models.CASCADE, primary_key=True, related_name="text", db_constraint=False
    )
    body = models.TextField()
    message_key = models.BinaryField(max_length=16, editable=False, db_default=b"")

    class Meta:
        # by cause as well: texts of causes that do not name a word are found without reading those that do
        indexes = [
            GinIndex(
                OpClass(Upper("body"), name="gin_trgm_ops"),
                "message_key",
                name="error_text_words",
                # kB: room for the words of 10,000 errors, merged afterwards and not while filing
                gin_pending_list_limit=16384,
            )
        ]

    def __str__(self) -> str:
        return self.body[:80]


class ErrorPattern(models.Model):
    """The normalised message of one cause, stored once."""

    limits = Limits(derived=FROM_ERRORS)

    key = models.BinaryField(max_length=16, primary_key=True)
    body = models.TextField()

    def __str__(self) -> str:
        return self.body


class ErrorCount(models.Model):
    """Changes of how many live errors share all facet values; the sum over a filter is its exact count."""

    limits = Limits(derived=FROM_ERRORS)

    id = models.BigAutoField(primary_key=True)
    error_table = models.TextField()
    code = models.TextField()
    message_key = models.BinaryField(max_length=16)
    disposition = models.TextField()
    severity = models.TextField()
    category = models.TextField()
    stage = models.TextField(null=True)
    owner = models.TextField()
    park_reason = models.TextField(null=True)
    ttl_tier = models.TextField()
    escalation_level = models.PositiveIntegerField()
    retry_count = models.PositiveIntegerField()
    retry_exhausted = models.BooleanField()
    blocks = models.BooleanField()
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.rows} {self.code} {self.disposition}"
