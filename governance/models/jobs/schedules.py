"""When jobs are due: versions of a schedule, each proposed by one person and put in force by another."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from outreach_admin.db import moments
from outreach_admin.db.limits import PROSE, Limits

MINUTES_OF_DAY = 1_440


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    """Reads of schedules."""

    def in_force(self) -> "ScheduleQuerySet":
        return self.filter(enforced_at__isnull=False, ended_at=None)

    def proposed(self) -> "ScheduleQuerySet":
        """Those that wait for somebody else."""
        return self.filter(enforced_at=None, ended_at=None)


class Schedule(models.Model):
    """When a job is due, in the civil time of a zone, and which tables hold expired blockers meanwhile.

    Either every so many minutes, or at a time of each day, or of one day of the week. Its version in
    force is the standing approval of what its job does. Shipped ones have neither proposer nor
    enforcer. A version keeps what it says; another one takes its place.
    """

    never_deleted = True
    limits = Limits({"reason": PROSE})

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    job = models.TextField()
    is_on = models.BooleanField(default=True)
    every_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.TimeField(null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, null=True, blank=True)
    time_zone = models.TextField(default="UTC")
    grace_minutes = models.PositiveSmallIntegerField(
        default=15, help_text="So long after it was due a run that has not ended is late."
    )
    holds = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Error tables that hold expired blockers.",
    )
    leaves_out = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Error tables that the job leaves alone.",
    )
    reason = models.TextField(blank=True, default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(db_default=Now())
    enforced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    enforced_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When another one took its place, or it was withdrawn."
    )

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["job", "-id"]
        permissions = [
            ("propose_schedule", "Can propose schedules"),
            ("enforce_schedule", "Can put schedules of others in force"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["job"],
                name="one_schedule_in_force",
                condition=Q(enforced_at__isnull=False, ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["job"],
                name="one_schedule_proposed",
                condition=Q(enforced_at__isnull=True, ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(
                    every_minutes__isnull=False,
                    every_minutes__gte=1,
                    at__isnull=True,
                    weekday__isnull=True,
                )
                | Q(every_minutes__isnull=True, at__isnull=False),
                name="schedule_says_when",
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__lte=6), name="schedule_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(enforced_by__isnull=True) | ~Q(enforced_by=F("proposed_by")),
                name="schedule_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(enforced_at__isnull=True)
                | Q(enforced_by__isnull=False, proposed_by__isnull=False)
                | Q(enforced_by__isnull=True, proposed_by__isnull=True),
                name="schedule_enforced_facts_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.words}"

    @property
    def words(self) -> str:
        """Say when, as people do."""
        if self.every_minutes:
            return f"every {self.every_minutes} min"
        day = self.get_weekday_display() if self.weekday is not None else ""
        on = f"weekly, {day}" if day else "daily,"
        return f"{on} {self.at:%H:%M} {moments.zone_said(self.time_zone)}"

    @property
    def is_frequent(self) -> bool:
        """Whether it is due several times a day."""
        return self.every_minutes is not None and self.every_minutes < MINUTES_OF_DAY

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)
