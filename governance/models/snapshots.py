"""The figures of readiness and of the backlog at the end of each day, kept."""

from django.db import models

from governance.models.readiness import Reason, Tier
from outreach_admin.db.limits import Limits


class ReadinessSnapshot(models.Model):
    """How companies stood at `at`, the end of its day in UTC, or earlier that day when somebody asked.

    Figures of two definitions are never compared.
    """

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    definition = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


class ReadinessFigure(models.Model):
    """How many companies stood alike: same tier, same reason, promotable or not."""

    limits = Limits(derived="counted from readiness, whose texts the database generates")

    snapshot = models.ForeignKey(ReadinessSnapshot, models.CASCADE, related_name="figures")
    tier = models.TextField(choices=Tier.choices)
    reason = models.TextField(choices=Reason.choices, blank=True)
    promotable = models.BooleanField()
    companies = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "tier", "reason", "promotable"], name="one_figure_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.companies} {self.tier} {self.reason}"


class BacklogDay(models.Model):
    """Errors of one table that came into the backlog on a day and left it, and those in it at the end, in UTC.

    An error is in the backlog from its creation until it is resolved or archived. What is only logged never is.
    """

    limits = Limits(derived="counted from errors, which have limits")

    day = models.DateField()
    error_table = models.TextField()
    opened = models.BigIntegerField()
    closed = models.BigIntegerField()
    open = models.BigIntegerField()

    class Meta:
        ordering = ["day", "error_table"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "error_table"],
                name="one_backlog_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.error_table}"
