"""Due moments that passed without a finished run, as somebody noticed them."""

from django.db import models
from django.db.models.functions import Now


class Lapse(models.Model):
    """A job was due and had not ended after its grace: noticed once, by the first process that looked, and kept."""

    append_only = True

    job = models.TextField()
    due_at = models.DateTimeField()
    noticed_at = models.DateTimeField(db_default=Now())
    noticed_by = models.TextField(help_text="The process that looked: a worker by its name.")

    class Meta:
        ordering = ["-noticed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "due_at"], name="one_lapse_of_a_due_moment")
        ]
        indexes = [models.Index(fields=["-noticed_at", "-id"], name="lapse_noticed_at")]

    def __str__(self) -> str:
        return f"{self.job}, due {self.due_at:%Y-%m-%d %H:%M} UTC"
