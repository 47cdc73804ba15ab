"""Reports of the canon's checks: repositories, what was found in them when, each finding."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import PROSE, Limits
from outreach_admin.db.rules import Documents

DIGEST_BYTES = 32
# bytes: of texts that are cut before they come here
LISTED = 1_000_000
CHANGES = ("opened", "closed", "newly_waived")


class CheckedRepository(models.Model):
    """A repository of which reports were sent."""

    never_deleted = True

    name = models.TextField(unique=True)
    last = models.ForeignKey(
        "CheckReport",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The report of the latest moment, on whatever branch.",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "checked repositories"
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="checkedrepository_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CheckReportQuerySet(models.QuerySet["CheckReport"]):
    """Reads of reports."""

    def with_names(self) -> "CheckReportQuerySet":
        """With their repository and who sent them."""
        return self.select_related("repository", "by")

    def comparable(self) -> "CheckReportQuerySet":
        """Those that looked at all: one that could not says nothing of what is gone."""
        return self.filter(refusal="")


class CheckReport(models.Model):
    """One run of the checks over a repository, as it was sent; what changed is set against `before`."""

    never_emptied = True
    limits = Limits(
        {"refusal": PROSE, "path": PROSE, "digest": DIGEST_BYTES},
        rules={
            "notes": Documents(LISTED, "array"),
            "left_out": Documents(LISTED, "array"),
        },
    )

    class Status(models.TextChoices):
        CLEAN = "clean", "Clean"
        VIOLATIONS = "violations", "Violations"
        UNCHECKED = "could not check", "Could not check"

    id = models.BigAutoField(primary_key=True)
    repository = models.ForeignKey(
        CheckedRepository,
        models.PROTECT,
        related_name="reports",
        db_index=False,
    )
    branch = models.TextField(blank=True, default="")
    commit = models.TextField(blank=True, default="")
    path = models.TextField(blank=True, default="", help_text="What was checked, as it was named.")
    checked_at = models.DateTimeField(help_text="By the clock of where it was checked.")
    received_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text="Whose token sent it.",
    )
    status = models.TextField(choices=Status.choices)
    refusal = models.TextField(blank=True, default="", help_text="Why nothing was checked.")
    canon = models.PositiveIntegerField(help_text="The version that it was checked against.")
    open = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="In the baseline.")
    unreadable = models.PositiveIntegerField(default=0, help_text="Of those that are open.")
    ending = models.PositiveIntegerField(
        default=0,
        help_text="Of those that are waived: until a day that comes soon.",
    )
    before = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The one before it on the same branch, while that is kept.",
    )
    opened = models.PositiveIntegerField(null=True, blank=True)
    closed = models.PositiveIntegerField(null=True, blank=True)
    newly_waived = models.PositiveIntegerField(null=True, blank=True)
    files = models.PositiveBigIntegerField(default=0)
    lines = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    notes = JSONField(default=list, blank=True, help_text="The first ones.")
    notes_count = models.PositiveIntegerField(default=0)
    left_out = JSONField(default=list, blank=True, help_text="The first ones.")
    left_out_count = models.PositiveIntegerField(default=0)
    digest = models.BinaryField(unique=True, help_text="SHA-256 of the report.")

    objects = CheckReportQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "-id"]
        indexes = [
            models.Index(
                fields=["repository", "branch", "checked_at", "id"],
                name="checkreport_line",
            ),
            models.Index(
                fields=["repository", "checked_at", "id"],
                name="checkreport_repository",
            ),
            models.Index(fields=["checked_at", "id"], name="checkreport_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["clean", "violations", "could not check"]),
                name="checkreport_status_known",
            ),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(status="could not check"),
                name="checkreport_refused_is_unchecked",
            ),
            models.CheckConstraint(
                condition=Q(
                    before__isnull=True,
                    opened__isnull=True,
                    closed__isnull=True,
                    newly_waived__isnull=True,
                )
                | Q(
                    before__isnull=False,
                    opened__isnull=False,
                    closed__isnull=False,
                    newly_waived__isnull=False,
                ),
                name="checkreport_changes_with_before",
            ),
            models.CheckConstraint(
                condition=Q(unreadable__lte=F("open")) & Q(ending__lte=F("waived")),
                name="checkreport_parts_within",
            ),
            models.CheckConstraint(
                condition=Exact(
                    models.Func(
                        "digest",
                        function="octet_length",
                        output_field=models.IntegerField(),
                    ),
                    DIGEST_BYTES,
                ),
                name="checkreport_digest_of_32_bytes",
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"

    @property
    def by_name(self) -> str:
        """The user name of whose token sent it."""
        return str(self.by.get_username())


class CheckFinding(models.Model):
    """One finding of a report. `ordinal` counts those of the same rule, file, name and state, by place."""

    never_emptied = True
    limits = Limits(
        {
            "name": PROSE,
            "file": PROSE,
            "said": PROSE,
            "because": PROSE,
        }
    )

    class State(models.TextChoices):
        OPEN = "open", "Open"
        KNOWN = "in the baseline", "In the baseline"
        WAIVED = "waived", "Waived"

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(
        CheckReport,
        models.CASCADE,
        related_name="findings",
        db_index=False,
    )
    place = models.PositiveIntegerField(help_text="Where it stands in the report, from 0.")
    rule = models.TextField()
    code = models.TextField(blank=True, default="")
    name = models.TextField(blank=True, default="")
    file = models.TextField(blank=True, default="")
    cell = models.PositiveIntegerField(null=True, blank=True)
    line = models.PositiveIntegerField()
    column = models.PositiveIntegerField()
    said = models.TextField(blank=True, default="")
    state = models.TextField(choices=State.choices)
    because = models.TextField(blank=True, default="")
    until = models.DateField(null=True, blank=True)
    identity = models.UUIDField(help_text="Of rule, file and name.")
    ordinal = models.PositiveIntegerField()

    class Meta:
        ordering = ["report", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "place"],
                name="checkfinding_place_once",
            ),
            models.UniqueConstraint(
                fields=["report", "identity", "state", "ordinal"],
                name="checkfinding_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in the baseline", "waived"]),
                name="checkfinding_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="waived", until__isnull=False)
                | (~Q(state="waived") & Q(until__isnull=True)),
                name="checkfinding_until_while_waived",
            ),
            models.CheckConstraint(
                condition=Q(line__gte=1, column__gte=1, ordinal__gte=1),
                name="checkfinding_counts_from_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.name} in {self.file}".replace("  ", " ")

    @property
    def where(self) -> str:
        """Its place as editors read it; lines of a notebook are those of the cell."""
        cell = f"cell {self.cell}:" if self.cell else ""
        return f"{self.file}:{cell}{self.line}:{self.column}"
