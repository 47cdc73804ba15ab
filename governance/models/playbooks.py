"""Ordered rules that clear a backlog, and their runs."""

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Now

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import DOCUMENT, PROSE, Limits
from outreach_admin.db.rules import Documents

# bytes; a report samples what it counts
REPORT = 10_000_000


class Playbook(models.Model):
    """A named, versioned list of rules; the newest version is the one that runs."""

    limits = Limits({"description": PROSE})

    slug = models.SlugField(unique=True)
    name = models.TextField()
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        permissions = [("run_playbook", "Can plan and start playbook runs")]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "PlaybookVersion":
        return self.versions.get(number=self.versions.aggregate(newest=Max("number"))["newest"])


class PlaybookVersion(models.Model):
    """One frozen list of rules.

    Each rule: {"name", "subject": "error" | "company_target", "error_table", "codes": [..], "min_retries", "max_retries", "verb", "parameters": {..}}.
    """

    append_only = True
    limits = Limits({"note": PROSE}, {"rules": Documents(DOCUMENT, "array")})

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    rules = JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "number"], name="one_playbook_version_of_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.playbook} v{self.number}"


class PlaybookRun(models.Model):
    """One execution of a playbook version, or the undo of one: its operations in order, one approval over all their plans."""

    never_deleted = True
    limits = Limits({"state_note": PROSE, "note": PROSE})

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        AWAITING = "awaiting", "Awaiting approval"
        APPROVED = "approved", "Approved"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        REJECTED = "rejected", "Rejected"
        EXPIRED = "expired", "Expired"

    version = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="runs")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undos")
    state = models.TextField(choices=State.choices, default=State.PLANNED)
    state_note = models.TextField(blank=True, default="")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="playbook_runs"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.TextField(default="browser")
    os_user = models.TextField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    gate = models.TextField(null=True, blank=True)
    plan_hash = models.TextField(
        help_text="SHA-256 over the plan hashes of its operations, in order."
    )
    as_of = models.DateTimeField()
    before = JSONField(
        default=dict,
        help_text="Tiers and fingerprints of policies, ids and done flags when it started.",
    )
    after = JSONField(default=dict, help_text="The same when it ended.")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, started_by__isnull=True)
                | Q(started_at__isnull=False, started_by__isnull=False),
                name="started_facts_paired",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number people quote."""
        return f"RUN-{self.pk}"

    @property
    def title(self) -> str:
        """What it does, in a few words."""
        return f"Undo RUN-{self.undoes_id}" if self.undoes_id else str(self.version.playbook)

    @property
    def planned(self) -> int:
        return sum(operation.planned for operation in self.operations.all())

    @property
    def eligible(self) -> int:
        """Rows its plans would change."""
        return sum(operation.eligible for operation in self.operations.all())

    @property
    def applied(self) -> int:
        """Rows that its operations changed."""
        return sum(operation.applied for operation in self.operations.all())


class Report(models.Model):
    """What a playbook run did, every figure taken from stored events; kept for good."""

    append_only = True
    limits = Limits({"body": REPORT})

    run = models.OneToOneField(PlaybookRun, models.PROTECT, related_name="report")
    body = JSONField()
    reconciled = models.BooleanField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Report of {self.run}"
