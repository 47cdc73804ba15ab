"""What a person is asked to agree to: one call of a tool, with all that its request is bound to."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Regex

from governance.toolbox.entries import Hours
from governance.toolbox.phrases import TIME
from outreach_admin.db import jsonfields
from outreach_admin.db.limits import PROSE, Limits


class AskedCall(models.Model):
    """One call that somebody wants to make: as it was asked for, for good.

    `digest` is of tool, hub, entity, canon version, price and facts (sql/functions/asked.sql).
    """

    append_only = True
    limits = Limits({"facts": PROSE})
    # what approvals ask of whatever they are about: a call is made elsewhere, and stays as it is
    state = "asked"
    started_at = None
    finished_at = None

    id = models.BigAutoField(primary_key=True)
    tool = models.TextField(help_text="Slug.")
    tool_id = models.TextField()
    tool_name = models.TextField()
    hub_id = models.TextField()
    entity = models.TextField()
    outreach = models.ForeignKey(
        "Outreach",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The company that the entity is, where it is one.",
    )
    canon_version = models.PositiveIntegerField()
    price = models.TextField()
    facts = models.TextField(help_text="Canonical JSON.")
    digest = models.TextField(help_text="SHA-256, in hexadecimal.")
    interaction = models.TextField()
    contact_zone = models.TextField(
        blank=True,
        default="",
        help_text="By whose clock calling hours are kept; empty: by nobody's.",
    )
    calling_hours = models.TextField()
    correlation_id = models.TextField(blank=True, default="")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text="Who asked: a person, or a pipeline in whose name somebody made a token.",
    )
    asked_at = models.DateTimeField(db_default=Func(function="clock_timestamp"))

    class Meta:
        indexes = [
            models.Index(
                fields=["tool", "hub_id", "entity", "id"],
                name="askedcall_context",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Regex(models.F("digest"), "^[0-9a-f]{64}$"),
                name="askedcall_digest_shape",
            ),
            models.CheckConstraint(
                condition=~Q(entity=""),
                name="askedcall_of_an_entity",
            ),
        ]

    def __str__(self) -> str:
        return f"Call by {self.tool_name} to {self.name}"

    @property
    def plan_hash(self) -> str:
        """What its request is bound to, as plans have it."""
        return self.digest

    @property
    def name(self) -> str:
        """The company's name, else its domain, else the entity as it was given."""
        if self.outreach is None:
            return self.entity
        company = getattr(self.outreach, "company", None)
        return company.company_name if company else str(self.outreach)

    @property
    def hours(self) -> Hours:
        """When people may be called, as the canon that it is bound to says."""
        opens, _, closes = self.calling_hours.partition("-")
        return Hours(TIME(opens), TIME(closes))

    @property
    def told(self) -> dict[str, Any]:
        """The facts as they were told."""
        return dict(jsonfields.fields(jsonfields.read(self.facts)))
