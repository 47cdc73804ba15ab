"""Legal holds: who keeps a row from being deleted, since when and why."""

from django.db import models
from django.db.models import Q

HOLD_FACTS = ("held_at", "held_by", "hold_reason")
IS_HELD = Q(held_at__isnull=False)


class Holdable(models.Model):
    """What stays while it is under hold, whatever its retention says."""

    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.TextField(null=True, blank=True)
    hold_reason = models.TextField(
        null=True, blank=True, help_text="Why it must be kept, whatever its retention says."
    )

    class Meta:
        abstract = True


def hold_is_whole(name: str) -> models.CheckConstraint:
    """Make the constraint that a hold has who put it, since when and why, or nothing of it is there."""
    return models.CheckConstraint(
        condition=Q(held_at__isnull=False, held_by__isnull=False, hold_reason__isnull=False)
        & ~Q(hold_reason="")
        | Q(held_at__isnull=True, held_by__isnull=True, hold_reason__isnull=True),
        name=name,
    )
