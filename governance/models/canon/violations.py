"""Broken rules: the fact that is kept, and what people do about it."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from governance.declarations.history import History
from governance.declarations.words import Words
from governance.models.errors import BLOCKING_DISPOSITIONS
from governance.models.errortables import Disposition, ParkReason, Severity, TtlTier
from governance.models.hubs import Outreach
from outreach_admin.db.declarations import AfterStatements
from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import PROSE, Limits

SUBJECT = "governance.violation"
# what becomes of a violation when it is filed, by what the canon says of its code
FILED_AS = {
    "PARK": Disposition.PARKED,
    "RETRY": Disposition.RETRY,
    "ARCHIVE": Disposition.ARCHIVED,
    "IGNORE": Disposition.IGNORE,
}


class Violation(models.Model):
    """One refusal by a gate, or by the tool canon. Source: seed 'Enforcement Implementation Summary' 7."""

    append_only = True
    limits = Limits({"message": PROSE})

    code = models.TextField()
    tool_id = models.TextField(blank=True, default="")
    tool = models.TextField(blank=True, default="", db_default="", help_text="Slug.")
    hub_id = models.TextField(blank=True, default="")
    outreach = models.ForeignKey(
        Outreach,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    entity = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Whom the call was about, as the caller said.",
    )
    correlation_id = models.TextField(blank=True, default="", db_default="")
    call_id = models.BigIntegerField(null=True, blank=True, help_text="In the ledger.")
    operation = models.ForeignKey(
        "Operation", models.PROTECT, null=True, blank=True, related_name="violations"
    )
    playbook_run = models.ForeignKey(
        "PlaybookRun", models.PROTECT, null=True, blank=True, related_name="violations"
    )
    severity = models.TextField(choices=Severity.choices)
    disposition = models.TextField()
    message = models.TextField()
    actor = models.TextField()
    channel = models.TextField(default="browser")
    context = JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["code", "at"], name="violation_code"),
            # as the search of the queue asks
            GinIndex(OpClass(Upper("message"), name="gin_trgm_ops"), name="violation_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values),
                name="violation_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(disposition__in=list(FILED_AS)),
                name="violation_disposition_known",
            ),
            models.UniqueConstraint(
                fields=["call_id", "code"],
                condition=Q(call_id__isnull=False),
                name="violation_of_a_call_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


class ViolationCaseQuerySet(models.QuerySet["ViolationCase"]):
    """Reads of cases."""

    def blocking(self) -> "ViolationCaseQuerySet":
        """Those that keep a company from promotion."""
        about_somebody = self.filter(outreach__isnull=False)
        return about_somebody.filter(disposition__in=BLOCKING_DISPOSITIONS)


class ViolationCase(models.Model):
    """What becomes of a violation of the tool canon: a trigger opens one with each fact.

    Up to `at` it repeats its fact, which never changes, so that lists need no second table.
    """

    versioned = True
    never_deleted = True
    history = History(
        f"'{SUBJECT}'",
        state="{row}.disposition",
        facts=("park_reason", "owner", "ttl_tier"),
        outside_action="governance.outside_action({old}.disposition, {new}.disposition)",
    )
    readiness_kept = AfterStatements("f_readiness", "governance.readiness_violations")
    words = Words(("owner", "park_reason", "parked_by"))
    limits = Limits({"resolution_note": PROSE})

    violation = models.OneToOneField(
        Violation,
        models.PROTECT,
        primary_key=True,
        # a case has the number of its fact, and the column that operations know keys by
        db_column="id",
        related_name="case",
    )
    code = models.TextField()
    tool = models.TextField(blank=True, help_text="Slug; the id where the canon had none.")
    hub_id = models.TextField(blank=True)
    severity = models.TextField(choices=Severity.choices)
    outreach = models.ForeignKey(
        Outreach,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField()
    disposition = models.TextField(choices=Disposition.choices)
    owner = models.TextField(help_text="Team or person that looks after it.")
    ttl_tier = models.TextField(choices=TtlTier.choices)
    expires_at = models.DateTimeField(help_text="at plus the TTL; year 9000 when it never expires.")
    retry_count = models.PositiveSmallIntegerField(db_default=0)
    parked_at = models.DateTimeField(null=True, blank=True)
    parked_by = models.TextField(null=True, blank=True)
    park_reason = models.TextField(choices=ParkReason.choices, null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution_note = models.TextField(null=True, blank=True)
    version = models.PositiveIntegerField(db_default=1)
    updated_at = models.DateTimeField(db_default=Now())

    objects = ViolationCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "violation case"
        constraints = [
            models.CheckConstraint(
                condition=Q(disposition__in=Disposition.values),
                name="violationcase_disposition_known",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values),
                name="violationcase_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(ttl_tier__in=TtlTier.values),
                name="violationcase_ttl_tier_known",
            ),
            models.CheckConstraint(
                condition=~Q(owner=""),
                name="violationcase_owner_present",
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
                    )
                ),
                name="violationcase_parked_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(disposition="RESOLVED", resolved_at__isnull=False)
                | (~Q(disposition="RESOLVED") & Q(resolved_at__isnull=True)),
                name="violationcase_resolved_facts_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["at", "violation"], name="case_at"),
            models.Index(fields=["expires_at", "violation"], name="case_expires"),
            models.Index(fields=["code", "at", "violation"], name="case_code"),
            models.Index(fields=["tool", "at", "violation"], name="case_tool"),
            models.Index(fields=["hub_id", "at", "violation"], name="case_hub"),
            models.Index(fields=["severity", "at", "violation"], name="case_severity"),
            models.Index(fields=["disposition", "at", "violation"], name="case_disposition"),
            models.Index(
                fields=["outreach"],
                name="case_outreach",
                condition=Q(outreach__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.violation_id}"

    @property
    def company_name(self) -> str:
        """What people call the company it is about, as far as it is known."""
        company = getattr(self.outreach, "company", None) if self.outreach else None
        spine = self.outreach.domain if self.outreach else ""
        return (company.company_name if company else "") or spine or self.violation.entity

    @property
    def expiry(self) -> datetime | None:
        """When it expires, None where it never does."""
        return None if self.ttl_tier == TtlTier.INFINITE else self.expires_at

    @property
    def is_blocking(self) -> bool:
        """Whether it keeps its company from promotion right now."""
        return bool(self.outreach_id) and self.disposition in BLOCKING_DISPOSITIONS
