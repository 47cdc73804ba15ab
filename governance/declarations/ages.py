"""Indexes by which errors are counted by how long they wait and when they were resolved."""

from django.db import models
from django.db.models import Q

PARKED = Q(disposition="PARKED")


def indexes() -> list[models.Index]:
    """Return one for each question, narrowed to the errors that it is about."""
    return [
        models.Index(
            fields=["owner", "park_reason", "escalation_level"],
            name="error_parked",
            condition=PARKED,
        ),
        models.Index(
            fields=["escalation_level", "parked_at"],
            name="error_parked_since",
            condition=PARKED,
        ),
        models.Index(
            fields=["resolved_at"],
            name="error_resolved",
            condition=Q(resolved_at__isnull=False),
        ),
    ]
