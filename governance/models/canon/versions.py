"""Each version of the tool canon that was ever loaded, as it was written."""

from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Subquery
from django.db.models.lookups import Regex

from governance.declarations.history import RowHistory
from outreach_admin.db.limits import LONG, Limits


class CanonVersionQuerySet(models.QuerySet["CanonVersion"]):
    """Reads of versions."""

    def enforced(self) -> "CanonVersionQuerySet":
        """Those that were ever in force, the one in force now first."""
        return self.exclude(enforced_at=None).order_by("-enforced_at")

    def with_standing(self) -> "CanonVersionQuerySet":
        """Tell of each whether it `is_in_force`."""
        latest = CanonVersion.objects.enforced().values("pk")[:1]
        return self.annotate(is_in_force=Q(pk=Subquery(latest)))


class CanonVersion(models.Model):
    """One text of the canon. The one that was enforced last is in force; nothing else of a row changes."""

    never_deleted = True
    history = RowHistory("id")
    limits = Limits({"text": LONG})

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveIntegerField(unique=True, help_text="As the text says.")
    sha256 = models.TextField(unique=True, help_text="Of the text, in hexadecimal.")
    text = models.TextField()
    loaded_at = models.DateTimeField(db_default=Func(function="clock_timestamp"))
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody: it came with a version of the console.",
    )
    enforced_at = models.DateTimeField(
        null=True,
        blank=True,
        unique=True,
        help_text="When it was last put in force.",
    )
    enforced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody: it was the first.",
    )

    objects = CanonVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        permissions = [
            ("load_canonversion", "Can bring in versions of the tool canon"),
            ("enforce_canonversion", "Can put a version of the tool canon in force"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Regex(models.F("sha256"), "^[0-9a-f]{64}$"),
                name="canonversion_sha256_shape",
            ),
            models.CheckConstraint(
                condition=Q(enforced_by__isnull=True) | Q(enforced_at__isnull=False),
                name="canonversion_enforced_facts_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"Canon version {self.version}"
