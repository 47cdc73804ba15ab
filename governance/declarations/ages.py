"""How errors are counted by how long they wait, when they expire and when they were resolved."""

from django.db import models
from django.db.models import Q

from governance.declarations.counted import Counted

PARKED = Q(disposition="PARKED")
HOUR = "date_bin('1 hour', {}, '2000-01-01 00:00+00')"
# when an error expires matters while it is open
EXPIRES = f"CASE WHEN governance.error_is_open(disposition) THEN {HOUR.format('expires_at')} END"
HOURS = Counted(
    ("disposition", "escalation_level", "parked_hour", "expires_hour"),
    into="ErrorHour",
    instead=(
        ("parked_hour", HOUR.format("parked_at")),
        ("expires_hour", EXPIRES),
    ),
    called="hours",
)


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
