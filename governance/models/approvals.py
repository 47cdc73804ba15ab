"""Who must agree before something dangerous runs, and who did."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import PROSE, Limits

if TYPE_CHECKING:
    from governance.models.canon.askedcalls import AskedCall
    from governance.models.operations import Operation
    from governance.models.playbooks import PlaybookRun


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Reads of requests."""

    def waiting_for(self, user: Any, at: datetime) -> "ApprovalQuerySet":
        """Pending requests of others that this person has not voted on yet."""
        return (
            self.filter(state=Approval.State.PENDING, expires_at__gt=at)
            .exclude(requester=user)
            .exclude(votes__voter=user)
        )

    def decided(self) -> "ApprovalQuerySet":
        """Approved, used, rejected or taken back."""
        return self.filter(state__in=["approved", "used", "rejected", "withdrawn"])

    def lapsed(self, at: datetime) -> "ApprovalQuerySet":
        """Expired, also where no job has noted it yet, and void."""
        return self.filter(
            models.Q(state__in=[Approval.State.EXPIRED, Approval.State.VOID])
            | models.Q(state=Approval.State.PENDING, expires_at__lte=at)
        )

    def rejected_for(self, user: Any) -> "ApprovalQuerySet":
        """Rejected requests of this person that were neither asked anew nor discarded, newest first."""
        later = Approval.objects.filter(pk__gt=models.OuterRef("pk"))
        other_run = models.Exists(later.filter(_ANOTHER_RUN))
        return (
            self.filter(requester=user, state=Approval.State.REJECTED, discarded_at=None)
            .exclude(models.Exists(later.filter(_ABOUT_THE_SAME)))
            .exclude(other_run, playbook_run__undoes=None)
            .exclude(_ENDED_OTHERWISE)
            .order_by("-pk")
        )

    def with_subject(self) -> "ApprovalQuerySet":
        return self.select_related(
            "requester",
            "operation",
            "playbook_run__version__playbook",
            "asked_call__outreach__company",
            "asked_call__account",
        )

    def of_calls(self) -> "ApprovalQuerySet":
        return self.filter(asked_call__isnull=False)

    def open(self) -> "ApprovalQuerySet":
        return self.filter(state__in=Approval.OPEN_STATES)

    def with_votes(self) -> "ApprovalQuerySet":
        return self.prefetch_related("votes__voter")


# a later request for the same plan, for its rows planned again, for the same undo
_ABOUT_THE_SAME = (
    Q(operation=models.OuterRef("operation"))
    | Q(operation__retries=models.OuterRef("operation"))
    | Q(operation__undoes=models.OuterRef("operation__undoes"))
    | Q(playbook_run=models.OuterRef("playbook_run"))
    | Q(playbook_run__undoes=models.OuterRef("playbook_run__undoes"))
    | Q(
        asked_call__tool=models.OuterRef("asked_call__tool"),
        asked_call__hub_id=models.OuterRef("asked_call__hub_id"),
        asked_call__entity=models.OuterRef("asked_call__entity"),
    )
)
# a later request of the same person for a run of the same playbook
_ANOTHER_RUN = Q(
    playbook_run__version__playbook=models.OuterRef("playbook_run__version__playbook"),
    playbook_run__undoes=None,
    requester=models.OuterRef("requester"),
)
# work that was held for want of an approval, and came to an end
_ENDED_OTHERWISE = Q(operation__finished_at__isnull=False) & ~Q(operation__state="rejected") | (
    Q(playbook_run__finished_at__isnull=False) & ~Q(playbook_run__state="rejected")
)


class Approval(models.Model):
    """A request that somebody else agrees to exactly one plan, or to one call of a tool."""

    never_deleted = True
    limits = Limits({"note": PROSE, "state_note": PROSE})

    class State(models.TextChoices):
        PENDING = "pending", "Awaiting approval"
        APPROVED = "approved", "Approved"
        USED = "used", "Approved and started"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"
        VOID = "void", "Void"

    operation = models.ForeignKey(
        "Operation", models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    playbook_run = models.ForeignKey(
        "PlaybookRun", models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    asked_call = models.ForeignKey(
        "AskedCall", models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    plan_hash = models.TextField()
    policy = JSONField(help_text="The policy as it was when asked.")
    state = models.TextField(choices=State.choices, default=State.PENDING)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="requested_approvals"
    )
    note = models.TextField(blank=True, default="")
    requested_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by_call = models.TextField(
        blank=True, default="", help_text="Correlation id of the call that it was spent on."
    )
    state_note = models.TextField(blank=True, default="", help_text="Why it is void.")
    discarded_at = models.DateTimeField(
        null=True, blank=True, help_text="When who asked was done with its rejection."
    )

    OPEN_STATES = [State.PENDING, State.APPROVED]

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        permissions = [("vote_approval", "Can approve and reject requests of others")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    operation__isnull=False, playbook_run__isnull=True, asked_call__isnull=True
                )
                | Q(operation__isnull=True, playbook_run__isnull=False, asked_call__isnull=True)
                | Q(operation__isnull=True, playbook_run__isnull=True, asked_call__isnull=False),
                name="approval_of_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(used_by_call="") | Q(state="used", asked_call__isnull=False),
                name="approval_spent_on_a_call",
            ),
            models.CheckConstraint(
                condition=~Q(state="used") | Q(used_at__isnull=False), name="used_facts_paired"
            ),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(decided_at__isnull=False),
                name="decided_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(state="rejected"),
                name="only_rejections_are_discarded",
            ),
            models.UniqueConstraint(
                fields=["operation"],
                condition=Q(state__in=["pending", "approved"]),
                name="one_open_approval_of_operation",
            ),
            models.UniqueConstraint(
                fields=["playbook_run"],
                condition=Q(state__in=["pending", "approved"]),
                name="one_open_approval_of_run",
            ),
            models.UniqueConstraint(
                fields=["plan_hash"],
                condition=Q(asked_call__isnull=False, state__in=["pending", "approved"]),
                name="one_open_approval_of_call",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="approval_state")]

    def __str__(self) -> str:
        return f"{self.subject} {self.state}"

    @property
    def subject(self) -> "Operation | PlaybookRun | AskedCall":
        """What it is about: an operation, a playbook run or a call of a tool."""
        found = self.plan or self.asked_call
        if found is None:
            raise ValueError("an approval has a subject")
        return found

    @property
    def plan(self) -> "Operation | PlaybookRun | None":
        """What starts once it is agreed to; None where it is about a call, which its caller makes."""
        return self.operation or self.playbook_run

    @property
    def is_open(self) -> bool:
        """Whether it still waits for something: a vote, or the start."""
        return self.state in self.OPEN_STATES

    @property
    def quorum(self) -> int:
        return int(self.policy["quorum"])


class ApprovalVote(models.Model):
    """One person's word on a request; the database refuses the requester's."""

    append_only = True
    limits = Limits({"comment": PROSE})

    class Decision(models.TextChoices):
        APPROVE = "approve", "Approved"
        REJECT = "reject", "Rejected"

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="votes")
    decision = models.TextField(choices=Decision.choices)
    plan_hash = models.TextField()
    comment = models.TextField(blank=True, default="")
    channel = models.TextField(default="browser")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "voter"], name="one_vote_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.voter} {self.decision}"


class ApprovalComment(models.Model):
    """A remark on a request that decides nothing."""

    append_only = True
    limits = Limits({"body": PROSE})

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.body[:80]
