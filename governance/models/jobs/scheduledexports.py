"""Exports that are due again and again: whose they are, what they take out, when, and how many stay."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from governance.declarations.history import History
from governance.models.jobs.schedules import Schedule
from governance.models.savedviews import SavedView
from outreach_admin.db import moments
from outreach_admin.db.limits import LONG, PROSE, Limits

MOST_KEPT = 50


class ScheduledExportQuerySet(models.QuerySet["ScheduledExport"]):
    """Reads of scheduled exports."""

    def running(self) -> "ScheduledExportQuerySet":
        """Those that nobody has stopped."""
        return self.filter(is_on=True)


class ScheduledExport(models.Model):
    """A file that is written each day or week, in the name of its owner and with the rights that they have then.

    Its rows are those of a filter that it keeps, or of a saved view as that is at each run. It is due
    by the rule of schedules since it says so, and not for what was due before.
    """

    versioned = True
    never_deleted = True
    history = History(
        "'scheduled_export'",
        state="CASE WHEN {row}.is_on THEN 'ON' ELSE 'OFF' END",
        keeps_rows_always=True,
    )
    limits = Limits({"filter": LONG, "columns": PROSE})

    class Subject(models.TextChoices):
        ERRORS = "errors", "Errors"
        READINESS = "readiness", "Readiness of companies"

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        JSON = "json", "JSON"

    name = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="scheduled_exports"
    )
    subject = models.TextField(choices=Subject.choices)
    format = models.TextField(choices=Format.choices, default=Format.CSV)
    filter = models.TextField(blank=True, default="", help_text="Empty: every row, or a view.")
    columns = models.TextField(
        blank=True, default="", help_text="The names of those chosen, with commas; empty: all."
    )
    view = models.ForeignKey(
        SavedView,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        help_text="Whose filter is taken at each run; its number stays when it is deleted.",
    )
    view_name = models.TextField(blank=True, default="", help_text="What the view was called.")
    at = models.TimeField()
    weekday = models.PositiveSmallIntegerField(
        choices=Schedule.Weekday.choices, null=True, blank=True, help_text="Empty: every day."
    )
    time_zone = models.TextField(default="UTC")
    keep = models.PositiveSmallIntegerField(
        default=7, help_text="So many files stay; the oldest goes when another one is written."
    )
    is_on = models.BooleanField(default=True)
    due_since = models.DateTimeField(help_text="What was due before that is not made up.")
    created_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(db_default=1)

    objects = ScheduledExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("stop_scheduledexport", "Can stop scheduled exports of others")]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__in=["errors", "readiness"]),
                name="scheduledexport_subject_known",
            ),
            models.CheckConstraint(
                condition=Q(format__in=["csv", "xlsx", "json"]),
                name="scheduledexport_format_known",
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__lte=6),
                name="scheduledexport_weekday_known",
            ),
            models.CheckConstraint(
                condition=Q(keep__gte=1, keep__lte=MOST_KEPT), name="scheduledexport_keeps_some"
            ),
            models.CheckConstraint(
                condition=Q(view__isnull=True, view_name="")
                | (Q(view__isnull=False, filter="") & ~Q(view_name="")),
                name="scheduledexport_filter_or_view",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> str:
        """Say when, as people do."""
        on = "daily," if self.weekday is None else f"weekly, {self.get_weekday_display()}"
        return f"{on} {self.at:%H:%M} {moments.zone_said(self.time_zone)}"

    @property
    def chosen(self) -> list[str]:
        """Name the columns that were chosen; none: all."""
        return self.columns.split(",") if self.columns else []
