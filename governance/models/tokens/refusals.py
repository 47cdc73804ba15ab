"""Requests that were refused, counted by token, reason and hour."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from governance.models.tokens.tokens import Token


class TokenRefusalQuerySet(models.QuerySet["TokenRefusal"]):
    """Reads of refusals."""

    def expired(self) -> "TokenRefusalQuerySet":
        """Those that are too old to be kept, the oldest first."""
        return self.filter(hour__lt=timezone.now() - TokenRefusal.LIFE).order_by("hour", "pk")


class TokenRefusal(models.Model):
    """So many requests refused within an hour, for one reason; without a token where nobody knows it.

    Whoever counts while another one counts adds a row of his own instead of waiting: no count is
    lost, and there are never more rows than were counted at once.
    """

    LIFE = timedelta(days=90)

    class Reason(models.TextChoices):
        EXPIRED = "expired", "expired"
        REVOKED = "revoked", "revoked"
        SWITCHED_OFF = "switched_off", "account switched off"
        UNKNOWN = "unknown", "unknown token"
        NETWORK = "network", "from another network"
        NO_SCOPE = "no_scope", "no scope"
        NO_RIGHT = "no_right", "no right"
        THROTTLED = "throttled", "too many"

    STATUSES = {
        Reason.NO_SCOPE: 403,
        Reason.NO_RIGHT: 403,
        Reason.THROTTLED: 429,
    }

    token = models.ForeignKey(
        Token,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refusals",
        db_index=False,
    )
    reason = models.TextField(choices=Reason.choices)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    address = models.TextField(blank=True, default="", help_text="Where the last came from.")

    objects = TokenRefusalQuerySet.as_manager()

    class Meta:
        ordering = ["-hour", "-id"]
        indexes = [
            models.Index(fields=["hour", "id"], name="tokenrefusal_hour"),
            models.Index(fields=["token", "reason", "hour"], name="tokenrefusal_token"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    reason__in=[
                        "expired",
                        "revoked",
                        "switched_off",
                        "unknown",
                        "network",
                        "no_scope",
                        "no_right",
                        "throttled",
                    ]
                ),
                name="tokenrefusal_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1),
                name="tokenrefusal_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.reason}"

    @property
    def status(self) -> int:
        """The status they were answered."""
        return self.STATUSES.get(self.Reason(self.reason), 401)
