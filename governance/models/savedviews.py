"""Lists that people come back to, and filters too long for an address."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from outreach_admin.db.limits import WORD, Limits
from outreach_admin.lists import kept

VIEW = "view-"


class SavedView(models.Model):
    """A list's state (filter, sort, columns) under a name; shared ones are seen by all."""

    limits = Limits({"query": kept.LONGEST})

    page = models.TextField(help_text="URL name of the list.")
    name = models.TextField()
    query = models.TextField(blank=True, help_text="Canonical query string.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="saved_views"
    )
    is_shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False, help_text="The team's first tab.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-is_default", "position", "id"]
        permissions = [("share_savedview", "Can share views with the team and choose the default")]
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=Q(is_default=True), name="one_default_view_a_page"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_shared=True), name="default_view_is_shared"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Say where the view shows its list; one that keeps nothing names itself, one whose list is gone has none."""
        try:
            path = reverse(self.page)
        except NoReverseMatch:
            return ""
        return f"{path}?{self.shown_query or f'view={self.pk}'}"

    @property
    def shown_query(self) -> str:
        """Write the query for an address: one that is too long goes by the view's number."""
        is_long = len(self.query) > kept.ROOM
        return f"{kept.KEY}={VIEW}{self.pk}" if is_long else self.query


class KeptFilter(models.Model):
    """A filter too long for an address, which names it by the digest of its text; forgotten when nobody asks for it.

    `account` is no foreign key: whoever once filtered a list has left no trace.
    """

    LIFE = timedelta(days=30)
    limits = Limits({"key": WORD, "text": kept.LONGEST})

    key = models.TextField(primary_key=True)
    text = models.TextField()
    account = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "kept_at"]),
            models.Index(fields=["used_at"]),
        ]

    def __str__(self) -> str:
        return self.key
