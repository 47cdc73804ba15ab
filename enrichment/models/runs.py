"""Runs of workflows, one row an attempt, and the latest state of each entity."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from enrichment.models.entities import EntityType
from enrichment.models.workflows import Workflow
from governance.declarations.counted import Counted
from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import PROSE, Limits

# characters; a SalesNav address carries hundreds
RAW_KEY = 2_048
# what every key is (enrichment/keys.py): ASCII in lower case, no blank, no scheme, no www.
KEY = r"^(?!www\.[^.]+\.)(?!.*//)[!-@[-~]+$"
OPEN = ("pending", "running")
# they say nothing of where an entity stands
ASIDE = ("skipped", "cancelled")
# what an entity's state can be; it is the newest of its runs that is neither skipped nor cancelled
STATES = ("pending", "running", "completed", "failed", "stale")


# what a layer counts
COUNTS = ("in", "out", "skipped", "failed")
# what the list of runs offers beside its rows, as columns
COUNTED = ("workflow_id", "status", "entity_type", "trigger", "source")


class Run(models.Model):
    """One execution of a workflow for one entity. A run keeps its own truth: a late result stays on it.

    `ran_at` orders the runs of an entity: when it started, else when it was queued; a clock that
    runs ahead is set back to the server's. Counts and credits are NULL while nobody has said.
    `found` is what came out, over all layers.
    """

    never_deleted = True
    limits = Limits({"error_text": PROSE, "raw_key": RAW_KEY})
    count_kept = Counted(COUNTED, into="RunCount", guarded=True)

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        RUNNING = "running", "Running"
        COMPLETED = "completed", "Completed"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"
        CANCELLED = "cancelled", "Cancelled"
        STALE = "stale", "Stale"

    class Trigger(models.TextChoices):
        REQUEST = "request", "Request"
        SCHEDULE = "schedule", "Schedule"
        MANUAL = "manual", "Manual"
        SQL = "sql", "Plain SQL"
        INFERRED = "inferred", "Inferred"

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, db_default=models.Func(function="gen_random_uuid")
    )
    # the index of a workflow's newest runs serves it as well
    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="runs", db_index=False)
    entity_type = models.TextField(choices=EntityType.choices)
    entity_key = models.TextField(db_collation="C")
    raw_key = models.TextField(blank=True, default="", help_text="The key as it was asked for.")
    status = models.TextField(choices=Status.choices)
    attempt = models.PositiveIntegerField(default=1, db_default=1)
    source = models.TextField(blank=True, default="")
    trigger = models.TextField(choices=Trigger.choices, default=Trigger.REQUEST)
    idempotency_key = models.TextField(null=True, blank=True)
    ran_at = models.DateTimeField(db_default=Now())
    queued_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    records_in = models.PositiveIntegerField(null=True, blank=True)
    records_out = models.PositiveIntegerField(null=True, blank=True)
    records_skipped = models.PositiveIntegerField(null=True, blank=True)
    records_failed = models.PositiveIntegerField(null=True, blank=True)
    records_in_extracted = models.PositiveIntegerField(null=True, blank=True)
    records_in_core = models.PositiveIntegerField(null=True, blank=True)
    layers = JSONField(
        default=dict,
        blank=True,
        help_text='Counts by layer: {"raw": {"in": 1, "out": 1, "skipped": 0, "failed": 0}}.',
    )
    credits = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    error_class = models.TextField(blank=True, default="")
    error_text = models.TextField(blank=True, default="")
    refused_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refusals",
        help_text="Of a skipped run: the fresh run that made it needless.",
    )
    credits_saved = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-ran_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "entity_type", "entity_key"],
                condition=Q(status__in=OPEN),
                name="one_open_run_of_an_entity",
            ),
            models.CheckConstraint(
                condition=Q(entity_type__in=EntityType.values),
                name="run_entity_type_known",
            ),
            models.CheckConstraint(
                condition=Q(entity_key__regex=KEY),
                name="run_key_is_normalised",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "pending",
                        "running",
                        "completed",
                        "failed",
                        "skipped",
                        "cancelled",
                        "stale",
                    ]
                ),
                name="run_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, completed_at__isnull=True)
                | ~Q(status__in=OPEN) & Q(completed_at__isnull=False),
                name="run_ended_facts_paired",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workflow", "entity_type", "entity_key", "-ran_at", "-id"],
                name="run_of_entity",
                condition=~Q(status__in=ASIDE),
            ),
            models.Index(
                fields=["entity_type", "entity_key", "-ran_at", "-id"],
                name="run_entity",
            ),
            models.Index(fields=["-ran_at", "-id"], name="run_newest"),
            models.Index(fields=["workflow", "-ran_at", "-id"], name="run_newest_of_workflow"),
            models.Index(fields=["status", "-ran_at", "-id"], name="run_newest_of_status"),
            models.Index(fields=["source", "-ran_at", "-id"], name="run_newest_of_source"),
            models.Index(
                fields=["trigger", "-ran_at", "-id"],
                name="run_newest_of_trigger",
                condition=~Q(trigger="request"),
            ),
            models.Index(
                fields=["error_class", "-ran_at", "-id"],
                name="run_newest_of_error",
                condition=~Q(error_class=""),
            ),
            models.Index(
                fields=["-ran_at", "-id"],
                name="run_needless",
                include=["credits_saved"],
                condition=Q(refused_for__isnull=False),
            ),
            models.Index(
                F("heartbeat_at").asc(nulls_first=True),
                name="run_heartbeat",
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                fields=["workflow", "idempotency_key"],
                name="run_idempotency",
                condition=Q(idempotency_key__isnull=False),
            ),
        ]
        permissions = [
            ("open_run", "Can open, beat and close runs"),
            ("cancel_run", "Can cancel runs"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} {self.entity_key}"


class RunCount(models.Model):
    """A recorded difference: the sum of `rows` is how many runs there are (governance/declarations/counted.py)."""

    workflow_id = models.BigIntegerField()
    status = models.TextField()
    entity_type = models.TextField()
    trigger = models.TextField()
    source = models.TextField()
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.rows} {self.status}"


class State(models.Model):
    """Where a workflow stands with an entity: one row, kept by trigger from its runs.

    It bears the meaning of the seed's UNIQUE (workflow_name, entity_key), which over runs would
    lose the history. `succeeded_at` and `success` are of the newest completed run, whatever came after it.
    Source: seed 'Data Cleanup TODO', phase 2.
    """

    count_kept = Counted(("workflow_name", "status"), into="StateCount", guarded=True)

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, db_default=models.Func(function="gen_random_uuid")
    )
    # the constraint that follows a renamed workflow is made by a migration
    workflow = models.ForeignKey(
        Workflow,
        models.DO_NOTHING,
        to_field="workflow_name",
        db_column="workflow_name",
        db_constraint=False,
        db_index=False,
        related_name="states",
    )
    entity_type = models.TextField(choices=EntityType.choices)
    entity_key = models.TextField(db_collation="C")
    status = models.TextField(
        db_default="pending", choices=[(one, one.capitalize()) for one in STATES]
    )
    run = models.ForeignKey(Run, models.DO_NOTHING, null=True, related_name="+", db_index=False)
    records_processed = models.IntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, db_default=Now())
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    source = models.TextField(null=True, blank=True)
    success = models.ForeignKey(Run, models.DO_NOTHING, null=True, related_name="+", db_index=False)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    records_in_extracted = models.PositiveIntegerField(null=True, blank=True)
    records_in_core = models.PositiveIntegerField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True, help_text="Of the two counts of records.")
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "entity_key"],
                name="one_state_of_an_entity",
            ),
            models.CheckConstraint(condition=Q(status__in=STATES), name="state_status_known"),
            models.CheckConstraint(
                condition=Q(entity_key__regex=KEY),
                name="state_key_is_normalised",
            ),
            models.CheckConstraint(
                condition=Q(entity_type__in=EntityType.values),
                name="state_entity_type_known",
            ),
        ]
        indexes = [
            models.Index(fields=["entity_type", "entity_key"], name="state_entity"),
            models.Index(fields=["workflow", "status", "entity_key"], name="state_of_workflow"),
            models.Index(
                fields=["workflow"],
                name="state_short_of_core",
                condition=Q(records_in_extracted__gt=0, records_in_core=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} {self.entity_key}"
