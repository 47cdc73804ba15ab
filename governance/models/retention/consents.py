"""Standing approvals: whether archived errors of a table may be deleted at the end of their retention."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from governance.models.errortables import ErrorTable
from outreach_admin.db.limits import PROSE, Limits


class PurgeConsentQuerySet(models.QuerySet["PurgeConsent"]):
    """Reads of standing approvals."""

    def in_force(self) -> "PurgeConsentQuerySet":
        return self.filter(voided_at=None)


class PurgeConsent(models.Model):
    """A standing approval for one error table and the retention it had then; a changed retention voids it.

    Nobody agrees to a retention that he has set himself, which the database refuses too.
    """

    never_deleted = True
    limits = Limits({"note": PROSE, "why_void": PROSE})

    error_table = models.ForeignKey(
        ErrorTable, models.PROTECT, db_column="error_table", related_name="purge_consents"
    )
    retention = models.DurationField(help_text="What the table's retention was when agreed to.")
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty for those that came with the console.",
    )
    agreed_at = models.DateTimeField(db_default=Now())
    note = models.TextField(blank=True, default="")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.TextField(null=True, blank=True)
    why_void = models.TextField(blank=True, default="")

    objects = PurgeConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["error_table"],
                condition=Q(voided_at=None),
                name="one_purge_consent_of_a_table",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="voided_facts_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.error_table_id} after {self.retention.days:,} days"
