"""Errors that were moved out of the queue and kept."""

from django.db import models
from django.db.models import Q

from governance.declarations import moves
from governance.declarations.accounted import Accounted
from governance.declarations.counted import Counted
from governance.declarations.errorviews import ArchivedErrorViews
from governance.declarations.history import History, Moved
from governance.declarations.words import Words
from governance.models.errors import FROM_ERRORS, WORDS, GovernedError, listed
from governance.models.errortables import ArchiveReason, Disposition, TtlTier
from governance.models.hubs import domain_in_ascii
from governance.models.retention.holds import IS_HELD, hold_is_whole
from outreach_admin.db.limits import Limits

# the facets of the archive, see COUNTED in governance/models/errors.py
COUNTED = (
    "error_table",
    "code",
    "archive_reason",
    "final_disposition",
    "archived_by",
    "category",
    "severity",
    "stage",
)


class ArchivedErrorQuerySet(models.QuerySet["ArchivedError"]):
    """Reads of archived errors."""

    def with_company(self) -> "ArchivedErrorQuerySet":
        return self.select_related("outreach__company")

    def listed(self) -> "ArchivedErrorQuerySet":
        return listed(self)


class ArchivedError(GovernedError):
    """An error with every column it had, plus when, by whom and why it was archived."""

    versioned = True
    never_emptied = True
    # what goes back to the queue is recorded there; what disappears otherwise was purged
    history = History(
        "{row}.error_table",
        state="'ARCHIVED'",
        deletion="PURGE",
        moved=Moved(moves.LIVE, same=moves.SAME),
        records_inserts=False,
        keeps_rows_always=True,
    )
    counted = Counted(COUNTED, into="ArchiveCount")
    offered = ArchivedErrorViews()
    months_counted = Counted(
        ("error_table", "month", "is_held"),
        into="RetentionMonth",
        instead=(
            ("month", "date_trunc('month', retention_expires_at AT TIME ZONE 'UTC')::date"),
            ("is_held", "(held_at IS NOT NULL)"),
        ),
        called="months",
    )
    accounted = Accounted("archive", elsewhere=moves.LIVE)
    words = Words(
        (*WORDS, "archived_by", "final_disposition", "category", "severity", "ttl_tier"),
        domains=("domain",),
        beside="details",
    )

    archived_at = models.DateTimeField()
    archived_by = models.TextField()
    archive_reason = models.TextField(choices=ArchiveReason.choices)
    final_disposition = models.TextField()
    retention_expires_at = models.DateTimeField()

    objects = ArchivedErrorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(archive_reason__in=ArchiveReason.values), name="archive_reason_known"
            ),
            models.CheckConstraint(condition=~Q(code=""), name="archive_code_present"),
            # the seed's names show these under types that take no other words
            models.CheckConstraint(
                condition=Q(disposition__in=Disposition.values), name="archive_disposition_known"
            ),
            models.CheckConstraint(
                condition=Q(final_disposition__in=Disposition.values),
                name="archive_final_disposition_known",
            ),
            models.CheckConstraint(
                condition=Q(ttl_tier__in=TtlTier.values), name="archive_ttl_tier_known"
            ),
            hold_is_whole("archive_hold_facts_paired"),
            domain_in_ascii("archive_domain_ascii"),
        ]
        indexes = [
            models.Index(fields=["archived_at", "id"], name="archive_archived"),
            models.Index(fields=["created_at"], name="archive_created"),
            models.Index(fields=["error_table", "code", "archived_at", "id"], name="archive_cause"),
            models.Index(fields=["outreach"], name="archive_outreach"),
            models.Index(fields=["retention_expires_at"], name="archive_retention"),
            models.Index(fields=["held_at"], name="archive_held", condition=IS_HELD),
        ]


class ArchiveCount(models.Model):
    """Changes of how many archived errors share all facet values; the sum over a filter is its exact count."""

    limits = Limits(derived=FROM_ERRORS)

    id = models.BigAutoField(primary_key=True)
    error_table = models.TextField()
    code = models.TextField()
    archive_reason = models.TextField()
    final_disposition = models.TextField()
    archived_by = models.TextField()
    category = models.TextField()
    severity = models.TextField()
    stage = models.TextField(null=True)
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.rows} {self.code} {self.archive_reason}"
