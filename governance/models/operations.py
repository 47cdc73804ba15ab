"""A planned change of many rows: what was frozen, what became of each row."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import LONG, PROSE, Limits


class OperationQuerySet(models.QuerySet["Operation"]):
    """Reads of operations."""

    def running(self) -> "OperationQuerySet":
        return self.filter(state=Operation.State.RUNNING)

    def abandoned(self, silent_for: timedelta) -> "OperationQuerySet":
        """Running, but no chunk was committed for `silent_for`."""
        return self.running().filter(heartbeat_at__lt=timezone.now() - silent_for)


class Operation(models.Model):
    """One verb over a frozen set of rows. applied + skipped + failed + cancelled = planned, always."""

    never_deleted = True
    limits = Limits({"filter": LONG, "state_note": PROSE, "note": PROSE})

    class Kind(models.TextChoices):
        VERB = "verb", "verb"
        UNDO = "undo", "undo"
        IMPORT = "import", "import"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        AWAITING = "awaiting", "Awaiting approval"
        APPROVED = "approved", "Approved"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"
        REJECTED = "rejected", "Rejected"
        EXPIRED = "expired", "Expired"

    WAITING_STATES = [State.PLANNED, State.AWAITING, State.APPROVED]
    LIVE_STATES = [State.RUNNING, State.PAUSED]
    FINAL_STATES = [State.DONE, State.CANCELLED, State.FAILED, State.REJECTED, State.EXPIRED]

    kind = models.TextField(choices=Kind.choices, default=Kind.VERB)
    verb = models.TextField()
    subject = models.TextField(help_text="Name of what it acts on, see governance/subjects.py.")
    parameters = JSONField(default=dict)
    filter = models.TextField(help_text="The canonical filter the rows were chosen by.")
    scope = models.TextField(help_text="ids, all, except, rule or undo.")
    as_of = models.DateTimeField()
    plan_hash = models.TextField()
    state = models.TextField(choices=State.choices, default=State.PLANNED)
    state_note = models.TextField(
        blank=True, default="", help_text="Why it stands here, in one sentence."
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="operations"
    )
    channel = models.TextField(default="browser")
    os_user = models.TextField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    gate = models.TextField(
        null=True, blank=True, help_text="Name of the approval policy that stops it, if one does."
    )
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undos")
    retries = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="retried_by"
    )
    playbook_run = models.ForeignKey(
        "PlaybookRun", models.PROTECT, null=True, blank=True, related_name="operations"
    )
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    planned = models.PositiveIntegerField(
        default=0, help_text="Rows in the plan, refused ones included."
    )
    eligible = models.PositiveIntegerField(default=0)
    refusals = JSONField(
        default=dict, help_text="Rows of the plan that the verb refuses, counted by reason."
    )
    effect = JSONField(
        default=dict, help_text="What clearing these rows would change, counted when planned."
    )
    applied = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    cursor = models.TextField(null=True, blank=True, help_text="The last subject accounted for.")
    chunk_rows = models.PositiveIntegerField(default=1000)
    throttle = models.PositiveIntegerField(
        null=True, blank=True, help_text="Rows a second at most."
    )
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    busy_seconds = models.FloatField(default=0)

    objects = OperationQuerySet.as_manager()

    class Meta:
        permissions = [("run_operation", "Can start, pause, resume and cancel operations")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    applied__lte=F("planned") - F("skipped") - F("failed") - F("cancelled")
                ),
                name="outcomes_within_plan",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "cancelled"])
                | Q(planned=F("applied") + F("skipped") + F("failed") + F("cancelled")),
                name="outcomes_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "heartbeat_at"], name="operation_state"),
            models.Index(fields=["-created_at", "-id"], name="operation_created"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number people quote."""
        return f"OP-{self.pk}"

    @property
    def accounted(self) -> int:
        """Rows that have an outcome."""
        return self.applied + self.skipped + self.failed + self.cancelled

    @property
    def is_final(self) -> bool:
        return self.state in self.FINAL_STATES

    def counts(self) -> dict[str, int]:
        """Return the four outcomes and the plan."""
        return {
            name: getattr(self, name)
            for name in ("planned", "applied", "skipped", "failed", "cancelled")
        }


class OperationItem(models.Model):
    """One row of a plan, in the order of subject ids: planned version, outcome, the row as it was."""

    never_deleted = True
    limits = Limits({"reason": PROSE}, free={"before": "a copy of columns that have limits"})

    class Outcome(models.TextChoices):
        PLANNED = "planned", "To do"
        APPLIED = "applied", "Applied"
        SKIPPED = "skipped", "Skipped"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    pk = models.CompositePrimaryKey("operation_id", "subject_id")
    operation = models.ForeignKey(
        Operation, models.PROTECT, related_name="items", db_index=False, db_constraint=False
    )
    subject_id = models.TextField(
        db_collation="C", help_text="The key of the row, whatever its type, as text."
    )
    version = models.PositiveIntegerField(
        null=True, help_text="Version when planned; empty when the row did not exist."
    )
    outcome = models.TextField(choices=Outcome.choices, default=Outcome.PLANNED)
    reason = models.TextField(null=True, help_text="Why it was skipped or failed.")
    before = JSONField(null=True, help_text="The changed columns as they were.")

    def __str__(self) -> str:
        return f"{self.operation_id} {self.subject_id} {self.outcome}"


class OperationChunk(models.Model):
    """What one committed transaction of an operation did."""

    never_deleted = True

    operation = models.ForeignKey(Operation, models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    applied = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    seconds = models.FloatField()
    worker = models.TextField()
    committed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "number"], name="one_chunk_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} chunk {self.number}"


class OperationStep(models.Model):
    """One moment in the life of an operation, for its timeline."""

    append_only = True
    limits = Limits({"note": PROSE})

    operation = models.ForeignKey(Operation, models.PROTECT, related_name="steps")
    at = models.DateTimeField(db_default=Now())
    kind = models.TextField(
        help_text="planned, refused, requested, approved, rejected, started, paused, resumed, cancelled, ended ..."
    )
    actor = models.TextField()
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.kind}"
