"""How many errors were parked in each hour, and how many expire in each."""

from django.db import models

from governance.declarations.counted import Counted
from outreach_admin.db.limits import Limits

HOUR = "date_bin('1 hour', {}, '2000-01-01 00:00+00')"
# when an error expires matters while it is open
EXPIRES = f"CASE WHEN governance.error_is_open(disposition) THEN {HOUR.format('expires_at')} END"
COUNTED = Counted(
    ("disposition", "escalation_level", "parked_hour", "expires_hour"),
    into="ErrorHour",
    instead=(
        ("parked_hour", HOUR.format("parked_at")),
        ("expires_hour", EXPIRES),
    ),
    called="hours",
)


class ErrorHour(models.Model):
    """Changes of how many live errors were parked in one hour and expire in another; a sum over them is an exact count."""

    limits = Limits(derived="triggers fill it from errors, which have limits")

    id = models.BigAutoField(primary_key=True)
    disposition = models.TextField()
    escalation_level = models.PositiveSmallIntegerField()
    parked_hour = models.DateTimeField(null=True)
    expires_hour = models.DateTimeField(null=True)
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.rows} {self.disposition} {self.expires_hour}"
