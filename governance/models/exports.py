"""Files made in the background, and files brought in."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class ExportFile(models.Model):
    """One file asked for: what it holds, under which filter, as of when, how many rows."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    subject = models.TextField(help_text="errors, archive, readiness, audit or outcomes.")
    format = models.TextField()
    filter = models.TextField(blank=True)
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
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.subject}.{self.format}"


class ImportFile(models.Model):
    """A CSV of errors somebody uploaded, its dry run, and the operation it became."""

    class State(models.TextChoices):
        CHECKED = "checked", "Checked"
        IMPORTED = "imported", "Imported"
        DISCARDED = "discarded", "Discarded"

    name = models.TextField()
    error_table = models.ForeignKey("ErrorTable", models.PROTECT, null=True, blank=True)
    content = models.BinaryField()
    state = models.TextField(choices=State.choices, default=State.CHECKED)
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="[{row, column, value, problem}], all of them.")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports")
    operation = models.OneToOneField("Operation", models.PROTECT, null=True, blank=True, related_name="import_file")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
