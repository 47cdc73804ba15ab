"""Indexes by which errors are counted by how long they wait and when they expire."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q

PARKED = Q(disposition="PARKED")


def indexes(open_dispositions: Sequence[str]) -> list[models.Index]:
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
            fields=["expires_at", "disposition"],
            name="error_open_expires",
            condition=Q(disposition__in=open_dispositions),
        ),
        models.Index(
            fields=["resolved_at"],
            name="error_resolved",
            condition=Q(resolved_at__isnull=False),
        ),
    ]
