"""How many entities each workflow has in each state: now, and by day."""

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

from enrichment.models.entities import EntityType
from enrichment.models.workflows import Workflow


class StateCount(models.Model):
    """A recorded difference: the sum of `rows` is how many states there are (governance/declarations/counted.py)."""

    workflow_name = models.TextField()
    entity_type = models.TextField()
    status = models.TextField()
    rows = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["workflow_name", "status"], name="statecount_key")]

    def __str__(self) -> str:
        return f"{self.rows} {self.workflow_name} {self.status}"


class EntityCount(models.Model):
    """The same of entities, by type."""

    entity_type = models.TextField()
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.rows} {self.entity_type}"


class CoverageDay(models.Model):
    """One workflow at the end of one day: the six figures add up to the entities there were."""

    day = models.DateField()
    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="days")
    entity_type = models.TextField(choices=EntityType.choices)
    entities = models.PositiveIntegerField()
    completed = models.PositiveIntegerField()
    running = models.PositiveIntegerField()
    pending = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    stale = models.PositiveIntegerField()
    not_run = models.IntegerField()
    past_freshness = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    credits_saved = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-day", "workflow"]
        indexes = [models.Index(fields=["entity_type", "day"], name="coverage_of_type")]
        constraints = [
            models.UniqueConstraint(fields=["day", "workflow"], name="one_coverage_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.workflow}"


class CoverageCheck(models.Model):
    """Whether the counters told what the rows say at `at`: how many combinations differed, and the first of them."""

    append_only = True

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    differing = models.PositiveIntegerField()
    first = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["at"], name="coverage_check_at")]

    def __str__(self) -> str:
        return f"{self.differing} at {self.at}"
