"""The account of every error there was: came, gone for good, and when the archived ones may go."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import Limits

OF_ERRORS = "triggers fill it from errors, which have limits"


class PurgeManifest(models.Model):
    """What one statement deleted for good of one error table: how many, which, and a digest over them.

    `digest` is SHA-256 over `id:version` of each row, in the order of ids, joined by commas. A trigger writes it, whoever deletes; nobody else may.
    """

    append_only = True
    kept_by_triggers = True
    limits = Limits(derived=OF_ERRORS)

    class Place(models.TextChoices):
        QUEUE = "queue", "Queue"
        ARCHIVE = "archive", "Archive"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    txid = models.BigIntegerField()
    db_user = models.TextField()
    operation_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(
        null=True, help_text="The run of jobs by SQL that deleted them."
    )
    actor = models.TextField(null=True)
    place = models.TextField(choices=Place.choices)
    error_table = models.TextField()
    rows = models.PositiveIntegerField()
    ids = ArrayField(models.UUIDField())
    digest = models.TextField()

    class Meta:
        indexes = [
            models.Index(
                fields=["operation_id", "error_table"],
                name="manifest_operation",
                condition=Q(operation_id__isnull=False),
            ),
            models.Index(fields=["-at", "-id"], name="manifest_at"),
            models.Index(
                fields=["txid"], name="manifest_outside", condition=Q(operation_id__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rows} of {self.error_table}"


class ErrorTally(models.Model):
    """Changes of how many errors of a table ever came, and how many are gone for good; their sums are exact."""

    kept_by_triggers = True
    limits = Limits(derived=OF_ERRORS)

    id = models.BigAutoField(primary_key=True)
    error_table = models.TextField()
    created = models.BigIntegerField()
    purged = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.error_table}: {self.created} came, {self.purged} gone"


class RetentionMonth(models.Model):
    """Changes of how many archived errors of a table may go in a month; the sum over a filter is exact."""

    limits = Limits(derived=OF_ERRORS)

    id = models.BigAutoField(primary_key=True)
    error_table = models.TextField()
    month = models.DateField()
    is_held = models.BooleanField()
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.rows} of {self.error_table} in {self.month:%Y-%m}"


class ReconciliationCheck(models.Model):
    """Whether live + archived + purged equalled ever created at `at`; `differing` lists the figures of tables where it did not."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    is_exact = models.BooleanField(help_text="Counted from the rows themselves, not by counters.")
    differing = JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="reconciliation_check_at")]

    def __str__(self) -> str:
        return f"{len(self.differing)} tables differ at {self.at}"
