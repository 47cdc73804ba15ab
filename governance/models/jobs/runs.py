"""Runs of jobs: what each did, step by step, and the gates that it opened."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from governance.models.hubs import Outreach
from governance.models.operations import Operation
from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import PROSE, Limits

MOST_ROWS = 2**63
# further from when it was claimed, the moment that a run is for was told
AT_ONCE = timedelta(minutes=1)


def _is_count(rows: object) -> bool:
    return isinstance(rows, int) and abs(rows) < MOST_ROWS


class JobRunQuerySet(models.QuerySet["JobRun"]):
    """Reads of runs."""

    def unfinished(self) -> "JobRunQuerySet":
        """Those claimed or begun that have not come to their end, the oldest first."""
        return self.filter(finished_at=None).order_by("pk")


class JobRun(models.Model):
    """One run of a job, for real or dry; a due moment has one run, however often it is asked for."""

    limits = Limits({"fault": PROSE})

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        IN_PART = "done_in_part", "Done in part"
        FAILED = "failed", "Failed"

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", "its schedule"
        PERSON = "person", "a person"
        COMMAND = "command", "the command line"
        RETRY = "retry", "the end of a retry"

    job = models.TextField(help_text="Name of what ran, see governance/services/jobs/registry.py.")
    is_dry = models.BooleanField(default=False)
    as_of = models.DateTimeField(help_text="The moment it is for; what it selects follows from it.")
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When its schedule asked for it; empty otherwise."
    )
    schedule = models.ForeignKey(
        "Schedule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        help_text="The version in force when it was claimed: its standing approval.",
    )
    trigger = models.TextField(choices=Trigger.choices)
    started_by = models.TextField(help_text="Account, user of the operating system, or schedule.")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    fault = models.TextField(blank=True, default="", help_text="What kept it from its end.")
    is_idle = models.BooleanField(
        db_default=False,
        help_text="It is one of many runs a day, and found nothing to do.",
    )
    claimed_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("run_jobrun", "Can run jobs")]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "due_at"],
                name="one_run_of_a_due_moment",
                condition=Q(is_dry=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "done_in_part", "failed"], finished_at__isnull=False),
                name="job_run_finished_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(is_idle=False)
                | Q(state="done", trigger="schedule", is_dry=False, due_at__isnull=False),
                name="idle_run_is_done",
            ),
        ]
        indexes = [
            models.Index(fields=["job", "-id"], name="jobrun_job"),
            models.Index(
                fields=["id"], name="jobrun_unfinished", condition=Q(finished_at__isnull=True)
            ),
            models.Index(fields=["finished_at"], name="jobrun_idle", condition=Q(is_idle=True)),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number people quote."""
        return f"JR-{self.pk}"

    @property
    def is_final(self) -> bool:
        return self.finished_at is not None

    @property
    def is_told(self) -> bool:
        """Whether it is for another moment than that at which it was asked for."""
        return abs(self.as_of - self.claimed_at) > AT_ONCE

    @property
    def seconds(self) -> float | None:
        """How long it took, 0 where a clock was set back; None while it goes on."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.started_at).total_seconds())


class JobStep(models.Model):
    """One part of a run, guarded alone: the operation it made, the rows of each error table."""

    limits = Limits({"fault": PROSE})

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    run = models.ForeignKey(JobRun, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    job = models.TextField()
    verb = models.TextField(blank=True, default="", help_text="What it does to rows, if it does.")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    operation = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="job_steps"
    )
    counts = JSONField(default=dict, help_text="Rows by error table.")
    levels = JSONField(default=dict, help_text="Rows by error table and escalation level.")
    seconds = models.FloatField(null=True, blank=True)
    fault = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_job_step_of_a_position")
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.job}"

    @property
    def counted(self) -> dict[str, int]:
        """Its counts; what plain SQL wrote and is no number of rows counts for nothing."""
        return {what: rows if _is_count(rows) else 0 for what, rows in self.counts.items()}

    @property
    def rows(self) -> int:
        """How many rows it changed, of all tables."""
        return sum(self.counted.values())

    @property
    def raised(self) -> list[tuple[str, int]]:
        """How many rows came to which escalation level, of all tables."""
        found: Counter[str] = Counter()
        for levels in self.levels.values():
            rows = levels if isinstance(levels, dict) else {}
            found.update({level: rows[level] for level in rows if _is_count(rows[level])})
        return sorted((level, number) for level, number in found.items() if number)


class OpenedGate(models.Model):
    """A company that may go on because an error expired, until somebody has looked at it."""

    run = models.ForeignKey(JobRun, models.CASCADE, related_name="opened_gates")
    outreach = models.ForeignKey(Outreach, models.DO_NOTHING, related_name="+", db_constraint=False)
    opens_outreach = models.BooleanField(help_text="Whether it may go on to Outreach itself.")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        permissions = [("review_openedgate", "Can review gates that expiry opened")]
        constraints = [
            models.UniqueConstraint(fields=["run", "outreach"], name="one_opened_gate_of_a_run"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="gate_reviewed_facts_paired",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "id"], name="gate_to_review", condition=Q(reviewed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} opened {self.outreach_id}"
