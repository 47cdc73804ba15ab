"""Files made in the background, and files brought in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import DOCUMENT, LONG, PROSE, Limits
from outreach_admin.db.rules import LEVELS, Documents


class ExportFileQuerySet(models.QuerySet["ExportFile"]):
    """Reads of files."""

    def asked_by(self, user: Any) -> "ExportFileQuerySet":
        """Those that this person asked for, not what comes by a schedule."""
        return self.filter(requester=user, scheduled=None)

    def seen_by(self, user: Any) -> "ExportFileQuerySet":
        """Those of this person, and all that come by a schedule: whoever exports may have the same rows."""
        return self.filter(Q(requester=user) | Q(scheduled__isnull=False))

    def finished(self) -> "ExportFileQuerySet":
        """Those of which nothing more comes."""
        return self.exclude(state__in=ExportFile.UNDER_WAY)


class ExportFile(models.Model):
    """One file asked for: what it holds, under which filter, as of when, how many rows.

    Asked for by a person, or due by a scheduled export: then whoever saw that it failed or came out
    empty may say so.
    """

    limits = Limits({"filter": LONG, "columns": PROSE, "note": PROSE, "path": PROSE})

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        HELD = "held", "Held"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    UNDER_WAY = (State.QUEUED, State.RUNNING, State.HELD)

    subject = models.TextField(help_text="errors, archive, readiness, audit or outcomes.")
    format = models.TextField()
    filter = models.TextField(blank=True)
    columns = models.TextField(
        blank=True,
        db_default="",
        help_text="The names of those chosen, with commas; empty: all.",
    )
    state = models.TextField(choices=State.choices, default=State.QUEUED)
    note = models.TextField(blank=True, default="")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports")
    path = models.TextField(blank=True, default="")
    rows = models.BigIntegerField(null=True)
    written = models.BigIntegerField(default=0, help_text="Rows so far.")
    as_of = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True, help_text="Bytes.")
    digest = models.TextField(
        blank=True,
        db_default="",
        help_text="SHA-256 of the file, hexadecimal; empty while it is not there.",
    )
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    scheduled = models.ForeignKey(
        "ScheduledExport",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
        db_index=False,
    )
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When its schedule asked for it."
    )
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheduled", "due_at"],
                name="one_file_of_a_due_moment",
                condition=Q(scheduled__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(scheduled__isnull=True, due_at__isnull=True)
                | Q(scheduled__isnull=False, due_at__isnull=False),
                name="file_scheduled_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
                name="file_looked_facts_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}.{self.format}"

    @property
    def is_empty(self) -> bool:
        """Whether it was written and holds no row."""
        return self.state in (self.State.READY, self.State.EXPIRED) and self.rows == 0

    @property
    def is_troubled(self) -> bool:
        """Whether somebody should look at it."""
        return self.state == self.State.FAILED or self.is_empty

    @property
    def chosen(self) -> list[str]:
        """Name the columns that were chosen; none: all."""
        return self.columns.split(",") if self.columns else []


class CampaignList(models.Model):
    """The companies that a campaign was given: which filter, as of when, how many, to whom; kept for good as it was.

    Its file is written from its rows, and is the same each time: the checksum proves it.
    """

    append_only = True
    limits = Limits({"filter": LONG, "moments": PROSE})

    filter = models.TextField(blank=True)
    moments = models.TextField(
        blank=True,
        db_default="",
        help_text="What the filter counted from now meant then.",
    )
    as_of = models.DateTimeField()
    companies = models.BigIntegerField()
    size = models.BigIntegerField(help_text="Bytes of the file.")
    checksum = models.TextField(help_text="SHA-256 of the file, hexadecimal.")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="campaign_lists"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checksum__regex="^[0-9a-f]{64}$"), name="campaignlist_checksum"
            ),
            models.CheckConstraint(condition=Q(companies__gt=0), name="campaignlist_companies"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Write what people call it."""
        return f"LIST-{self.pk}"


class CampaignCompany(models.Model):
    """One company of a list as it was then."""

    append_only = True
    limits = Limits(derived="copied from readiness, which triggers fill")

    pk = models.CompositePrimaryKey("list_id", "number")
    list = models.ForeignKey(CampaignList, models.PROTECT, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    outreach_id = models.UUIDField()
    domain = models.TextField()
    company_name = models.TextField(null=True)
    tier = models.TextField()

    def __str__(self) -> str:
        return f"{self.list_id}.{self.number}"


class ImportFile(models.Model):
    """A CSV of errors or hub rows somebody uploaded and had checked, and the operation it became."""

    limits = Limits({"name": PROSE})

    class State(models.TextChoices):
        CHECKED = "checked", "Checked"
        PLANNED = "planned", "Planned"
        DISCARDED = "discarded", "Discarded"

    name = models.TextField()
    subject = models.TextField(
        default="error", help_text="Name of what its rows are, see governance/subjects.py."
    )
    digest = models.TextField(help_text="SHA-256 of the file as it was uploaded.")
    size = models.BigIntegerField(help_text="Bytes.")
    error_table = models.ForeignKey("ErrorTable", models.PROTECT, null=True, blank=True)
    state = models.TextField(choices=State.choices, default=State.CHECKED)
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    companies = JSONField(default=dict, help_text="Good rows by how they name their company.")
    compared = JSONField(
        default=dict, help_text="Good rows of a hub table by what would become of the stored ones."
    )
    clears = models.BooleanField(default=False, help_text="Empty cells empty what is stored.")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports")
    operation = models.OneToOneField(
        "Operation", models.PROTECT, null=True, blank=True, related_name="import_file"
    )
    created_at = models.DateTimeField(db_default=Now())

    # what reading it found, said to who uploads it and not kept
    remark = ""

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def bad(self) -> int:
        return self.rows - self.good

    @property
    def linked(self) -> int:
        """How many good rows the check gave an outreach id."""
        return int(self.companies.get(ImportRow.Company.LINKED, 0))

    @property
    def loose(self) -> dict[str, int]:
        """How many good rows belong to no company of the spine, by the reason."""
        return {
            reason: self.companies[reason]
            for reason in ImportRow.LOOSE
            if self.companies.get(reason)
        }


class ImportRow(models.Model):
    """One row of an uploaded file, read and judged: what will be stored, or why it cannot be."""

    # a row holds the details of an error one level down, and a problem for each of its cells
    limits = Limits(
        rules={
            "data": Documents(20 * DOCUMENT, depth=LEVELS + 1),
            "problems": Documents(DOCUMENT, "array"),
        }
    )

    class Company(models.TextChoices):
        NAMED = "named", "has the outreach id of a company"
        LINKED = "linked", "linked by its company id or domain"
        ABSENT = "absent", "its outreach id is not in the spine"
        UNKNOWN = "unknown", "no company with an outreach id has its company id or domain"
        SEVERAL = "several", "several companies have its domain"
        CONTRADICTION = "contradiction", "its company id is not that of the company with its domain"
        NONE = "none", "names no company"

    LOOSE = (
        Company.ABSENT,
        Company.UNKNOWN,
        Company.SEVERAL,
        Company.CONTRADICTION,
        Company.NONE,
    )

    # number first: what looks a row up by file and error has one index to choose, whatever the statistics say
    pk = models.CompositePrimaryKey("number", "file_id")
    file = models.ForeignKey(ImportFile, models.CASCADE, related_name="staged", db_index=False)
    number = models.PositiveIntegerField(
        help_text="As a spreadsheet counts, the first line being 1."
    )
    subject_id = models.TextField(
        null=True, db_collation="C", help_text="The key of the row, whatever its type, as text."
    )
    company = models.TextField(
        choices=Company.choices, null=True, help_text="How a good row names its company."
    )
    data = JSONField(
        null=True,
        help_text="The columns as they will be stored; in the end empty for a row with problems.",
    )
    problems = JSONField(
        null=True, help_text="[{column, value, problem}], all of them; empty for a good row."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(problems__isnull=False)
                | Q(data__isnull=False, subject_id__isnull=False),
                name="good_or_with_problems",
            )
        ]
        indexes = [models.Index(fields=["file", "subject_id"], name="importrow_subject")]

    def __str__(self) -> str:
        return f"row {self.number}"
