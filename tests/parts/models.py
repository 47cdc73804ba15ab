"""Spare parts: rows with a whole number as their key."""

from django.db import models

from governance.declarations.history import History


class Part(models.Model):
    """One spare part."""

    versioned = True
    history = History("'parts.part'", state="{row}.state")

    name = models.TextField()
    state = models.TextField(choices=[("good", "Good"), ("scrapped", "Scrapped")], default="good")
    due = models.DateField(null=True)
    version = models.PositiveIntegerField(db_default=1)
    updated_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        permissions = [("reschedule_part", "Can reschedule"), ("scrap_part", "Can scrap")]

    def __str__(self) -> str:
        return self.name
