"""What this database was once given of the reference data and rights that come with a version."""

from django.db import models
from django.db.models.functions import Now


class Shipped(models.Model):
    """One row or right that was given, so that what people remove does not come back."""

    append_only = True

    kind = models.TextField(help_text="Name of a reference file, or right.")
    key = models.TextField(help_text="What tells it apart there.")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "shipped"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="shipped_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
