"""How companies came to stand, the figures of each day's end, and the proofs of them, kept."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BigIntegerField, F, Func, Value

from governance.models.readiness import Reason, Tier
from outreach_admin.db.limits import Limits

# a change's id comes first in its marks, and how a company stood, a number below this, last
STANDINGS = 256


def mark_of(tier: str, reason: str) -> models.GeneratedField:
    """Keep the id of a change and how a company stood, by the columns that say so, as one number.

    The least of a company's marks tells how it stood at first, the greatest how it stands at last: a million companies
    are one pass, and no row is looked up again. The column uses the function, so its text stands in the migration that
    makes it.
    """
    number = Func(
        F(tier),
        F(reason),
        function="governance.number_of_standing",
        output_field=BigIntegerField(),
    )
    return models.GeneratedField(
        expression=F("id") * Value(STANDINGS) + number,
        output_field=BigIntegerField(),
        db_persist=True,
    )


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


class TierTransition(models.Model):
    """What a statement changed about a company's tier, its promotion, or what it lacks; trends and movers add them up.

    None stands for a company that was not there before, or is not there after.
    """

    append_only = True
    kept_by_triggers = True
    limits = Limits(derived="a trigger fills it from readiness and from who changes it")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    txid = models.BigIntegerField()
    outreach_id = models.UUIDField()
    from_tier = models.TextField(null=True)
    to_tier = models.TextField(null=True)
    from_reason = models.TextField(null=True)
    to_reason = models.TextField(null=True)
    was_promotable = models.BooleanField(null=True)
    is_promotable = models.BooleanField(null=True)
    operation_id = models.BigIntegerField(null=True)
    actor = models.TextField(null=True)
    from_mark = mark_of("from_tier", "from_reason")
    to_mark = mark_of("to_tier", "to_reason")

    class Meta:
        indexes = [
            models.Index(fields=["outreach_id", "at", "id"], name="transition_of_company"),
            models.Index(fields=["at"], name="transition_at"),
        ]

    def __str__(self) -> str:
        return f"{self.outreach_id} {self.from_tier} to {self.to_tier}"


class ReadinessCheck(models.Model):
    """Whether the maintained rows equalled their definition at `at`: how many did not, and the first of them."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    differing = models.PositiveIntegerField()
    first = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="readiness_check_at")]

    def __str__(self) -> str:
        return f"{self.differing} at {self.at}"


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
