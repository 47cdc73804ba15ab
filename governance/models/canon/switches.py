"""Kill switches: what stops a tool, or all of them, at once."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q

from governance.declarations.history import RowHistory
from outreach_admin.db.limits import PROSE, Limits

ALL = ""


class KillSwitchQuerySet(models.QuerySet["KillSwitch"]):
    """Reads of switches."""

    def standing(self) -> "KillSwitchQuerySet":
        """Those that stop calls now."""
        return self.filter(released_at=None)


class KillSwitch(models.Model):
    """Stops every call of one tool, by its slug, or of all tools; somebody else releases it."""

    never_deleted = True
    history = RowHistory("id")
    limits = Limits({"reason": PROSE})

    id = models.BigAutoField(primary_key=True)
    tool = models.TextField(blank=True, default=ALL, help_text="Slug; empty: all tools.")
    reason = models.TextField()
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
    )
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = KillSwitchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "kill switches"
        permissions = [
            ("stop_killswitch", "Can stop tools"),
            ("release_killswitch", "Can let tools go on that somebody else stopped"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tool"],
                condition=Q(released_at__isnull=True),
                name="killswitch_stands_once",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="killswitch_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="killswitch_released_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("by")),
                name="killswitch_released_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"Stop of {self.tool or 'all tools'}"
