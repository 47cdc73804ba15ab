"""What needs an approval, by how many, valid for how long."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from governance.declarations.history import RowHistory
from outreach_admin.db.limits import PROSE, Limits


class ApprovalPolicyQuerySet(models.QuerySet["ApprovalPolicy"]):
    """Reads of policies."""

    def for_operations(self) -> "ApprovalPolicyQuerySet":
        """Those about operations that hold now."""
        return self.filter(is_active=True, subject=ApprovalPolicy.Subject.OPERATION)

    def for_calls(self) -> "ApprovalPolicyQuerySet":
        """Those about calls of tools that hold now, the strictest first."""
        found = self.filter(is_active=True, subject=ApprovalPolicy.Subject.TOOL_CALL)
        return found.order_by("-quorum", "hours_valid", "name")


class ApprovalPolicy(models.Model):
    """What needs an approval, by how many, valid for how long; each change is a new version."""

    history = RowHistory("name")
    limits = Limits({"description": PROSE})

    class Subject(models.TextChoices):
        OPERATION = "operation", "an operation"
        PLAYBOOK_RUN = "playbook_run", "a playbook run"
        TOOL_CALL = "tool_call", "a call of a tool"

    name = models.SlugField(max_length=50)
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    subject = models.TextField(choices=Subject.choices, default=Subject.OPERATION)
    verbs = ArrayField(
        models.TextField(), default=list, blank=True, help_text="Empty for every verb."
    )
    over_rows = models.PositiveIntegerField(
        default=0, help_text="Applies when more rows than this are eligible."
    )
    only_blocking = models.BooleanField(
        default=False, help_text="Count only rows that block promotion."
    )
    tools = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Of calls: slugs; with neither tool nor hub, the calls that the canon names.",
    )
    hubs = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Of calls: ids of hubs that call; empty for every hub.",
    )
    quorum = models.PositiveSmallIntegerField(default=1)
    hours_valid = models.PositiveSmallIntegerField(default=24)
    description = models.TextField(
        help_text="Why, in one sentence; what it covers is said by itself."
    )

    objects = ApprovalPolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-version"]
        verbose_name_plural = "approval policies"
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="one_policy_of_a_version"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(is_active=True), name="one_active_version"
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="quorum_at_least_1"),
            models.CheckConstraint(condition=Q(hours_valid__gte=1), name="hours_valid_at_least_1"),
            models.CheckConstraint(
                condition=Q(subject="tool_call") | Q(tools=[], hubs=[]),
                name="policy_names_tools_of_calls",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def covers(self) -> str:
        """Say from its own figures what needs approval: `to archive rows that block promotion`."""
        if self.subject == self.Subject.PLAYBOOK_RUN:
            return "to run a playbook"
        if self.subject == self.Subject.TOOL_CALL:
            return self._covers_calls()
        verbs = " or ".join(name.replace("_", " ") for name in self.verbs) or "change"
        rows = "rows that block promotion" if self.only_blocking else "rows"
        if self.over_rows:
            return f"to {verbs} more than {self.over_rows:,} {rows}"
        return f"to {verbs} {rows if self.only_blocking else 'any row'}"

    def _covers_calls(self) -> str:
        if not (self.tools or self.hubs):
            return "to make a call that the canon names"
        tools = f"of {' or '.join(self.tools)}" if self.tools else "of any tool"
        return f"to make a call {tools}{' for ' + ' or '.join(self.hubs) if self.hubs else ''}"

    def covers_call(
        self,
        tool: str,
        hub_id: str,
        *,
        is_named: bool,
    ) -> bool:
        """Whether it is about a call of the tool of this slug; `is_named` says that the canon asks for a person."""
        if not (self.tools or self.hubs):
            return is_named
        is_tool = not self.tools or tool in self.tools
        return is_tool and (not self.hubs or hub_id in self.hubs)

    def snapshot(self) -> dict[str, object]:
        """Return what a request keeps of the policy it was asked under."""
        return {
            "name": self.name,
            "version": self.version,
            "quorum": self.quorum,
            "hours_valid": self.hours_valid,
            "over_rows": self.over_rows,
            "covers": self.covers,
            "description": self.description,
        }
