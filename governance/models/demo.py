"""The mark of a database that was made for showing."""

from django.db import models
from django.db.models.functions import Now


class DemoLoad(models.Model):
    """One demo population in this database; where such a row is, `load_demo --reset` may begin anew."""

    scenario = models.TextField(primary_key=True)
    scale = models.PositiveSmallIntegerField()
    shift = models.DurationField(help_text="How far all times were moved.")
    loaded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.scenario} x {self.scale}"
