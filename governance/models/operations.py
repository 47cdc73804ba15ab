"""A planned change of many rows: what was frozen, what became of each row."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce, Least, Now, Power
from django.utils import timezone

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import LONG, PROSE, Limits

# further than that a clock is wrong: what was seen in the future says nothing of now
AHEAD = timedelta(seconds=10)
# after so many failures in a row the pause before the next try no longer doubles
DOUBLINGS = 6
# with pauses that double from 5 s on, it has failed for five minutes by then
HOPELESS = 5


class OperationQuerySet(models.QuerySet["Operation"]):
    """Reads of operations."""

    def running(self) -> "OperationQuerySet":
        return self.filter(state=Operation.State.RUNNING)

    def stuck(self, silent_for: timedelta) -> "OperationQuerySet":
        """Running, but without a sign of life for `silent_for`, or failing again and again."""
        silent = Q(heartbeat_at__lt=Now() - silent_for) | Q(heartbeat_at__gt=Now() + AHEAD)
        return self.running().filter(silent | Q(failures__gte=HOPELESS))

    def abandoned(self, silent_for: timedelta) -> "OperationQuerySet":
        """Running, and nobody goes on with it, the oldest first.

        Handed to nobody, or without a sign of life for `silent_for`, which doubles with each
        failure in a row; a sign of life in the future is none.
        """
        times = Power(2.0, Least(F("failures"), DOUBLINGS))
        pause = ExpressionWrapper(Value(silent_for) * times, output_field=DurationField())
        silent = Q(heartbeat_at__lt=Now() - pause) | Q(heartbeat_at__gt=Now() + AHEAD)
        left = Q(heartbeat_at__isnull=True) | silent
        return self.running().filter(left).order_by("started_at", "pk")

    def with_undo(self) -> "OperationQuerySet":
        """Add which undo took it back, and how many of its rows; undone undos do not count."""
        undone_again = Operation.objects.filter(undoes=models.OuterRef("pk"), applied__gt=0)
        undos = Operation.objects.filter(
            ~models.Exists(undone_again),
            undoes=models.OuterRef("pk"),
            applied__gt=0,
        ).order_by()
        newest = undos.annotate(newest=models.Func("pk", function="max")).values("newest")
        rows = undos.annotate(rows=models.Func("applied", function="sum")).values("rows")
        return self.annotate(
            undone_by=models.Subquery(newest),
            undone_rows=Coalesce(models.Subquery(rows), 0),
        )


class Operation(models.Model):
    """One verb over a frozen set of rows. applied + skipped + failed + cancelled = planned, always."""

    never_deleted = True
    limits = Limits(
        {"filter": LONG, "state_note": PROSE, "note": PROSE, "fault": PROSE, "waits_for": PROSE}
    )

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

    plan_key = models.BigIntegerField(
        unique=True,
        db_default=models.Func(
            Value("governance_plan_key"),
            function="nextval",
            output_field=models.BigIntegerField(),
        ),
        help_text="What its rows are kept under: they are frozen before it has a number.",
    )
    kind = models.TextField(choices=Kind.choices, default=Kind.VERB)
    verb = models.TextField()
    subject = models.TextField(help_text="Name of what it acts on, see governance/subjects.py.")
    parameters = JSONField(default=dict)
    filter = models.TextField(help_text="The canonical filter the rows were chosen by.")
    scope = models.TextField(help_text="ids, all, except, rule, undo or job.")
    as_of = models.DateTimeField()
    plan_hash = models.TextField()
    state = models.TextField(choices=State.choices, default=State.PLANNED)
    state_note = models.TextField(
        blank=True, default="", help_text="Why it stands here, in one sentence."
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="operations"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who last started or resumed it; empty until then.",
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
    heartbeat_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The last sign of life by the database's clock; empty when nobody was told to go on.",
    )
    turn = models.PositiveIntegerField(
        default=0, help_text="Counts who went on with it; what was told of an earlier turn ends."
    )
    failures = models.PositiveIntegerField(
        default=0, help_text="How often in a row it could not go on."
    )
    fault = models.TextField(
        blank=True, default="", help_text="What kept it from going on the last time."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    busy_seconds = models.FloatField(default=0)
    suspects = models.PositiveIntegerField(
        default=0, help_text="So many of the next rows hold one that fails."
    )
    waits_for = models.TextField(
        blank=True,
        default="",
        help_text="Who holds the lock that rows of it wait for, and since when.",
    )
    waits_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when nothing but waiting rows is left."
    )
    refused_tables = ArrayField(
        models.TextField(),
        null=True,
        blank=True,
        help_text="Error tables that do not allow the verb, when its rows were last judged by them.",
    )

    objects = OperationQuerySet.as_manager()

    # what `with_undo` adds
    undone_by: int | None = None
    undone_rows: int = 0

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
    def doer(self) -> User:
        """In whose name it runs, and whose deeds its changes are."""
        return self.actor or self.requester

    @property
    def is_of_job(self) -> bool:
        """Whether a job planned it, under the standing approval of its schedule."""
        return self.scope == "job"

    def moment(self) -> datetime:
        """When its changes count as made: of a job, the moment that it runs for."""
        return self.as_of if self.is_of_job else timezone.now()

    @property
    def accounted(self) -> int:
        return self.applied + self.skipped + self.failed + self.cancelled

    @property
    def late(self) -> int:
        """Rows that the plan had and the run skipped: they changed, or their rules did."""
        return self.skipped - sum(self.refusals.values())

    @property
    def is_final(self) -> bool:
        return self.state in self.FINAL_STATES

    @property
    def next_try_at(self) -> datetime | None:
        """When workers try again by themselves what could not go on; None while nothing fails."""
        if not self.failures or self.heartbeat_at is None:
            return None
        silent_for = timedelta(seconds=settings.TAKE_UP_AFTER)
        return self.heartbeat_at + silent_for * 2 ** min(self.failures, DOUBLINGS)

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
        Operation,
        models.PROTECT,
        to_field="plan_key",
        db_column="plan_key",
        related_name="items",
        db_index=False,
        db_constraint=False,
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
