"""What requests for approval can be filtered by."""

import django_filters

from governance.filters.people import Account, NamedPeople
from governance.models import Approval
from governance.models.approvals import ApprovalQuerySet
from governance.queries import approvals
from outreach_admin.lists.fields import MomentFilter

LISTS = {
    "due": "Waiting for me",
    "mine": "Asked by me",
    "decided": "Decided",
    "expired": "Expired",
}


class ApprovalFilter(NamedPeople):
    """What the list of requests can be narrowed to."""

    list = django_filters.ChoiceFilter(
        choices=list(LISTS.items()),
        label="List",
        method="in_list",
    )
    state = django_filters.MultipleChoiceFilter(
        choices=Approval.State.choices,
        label="State",
    )
    operation = django_filters.NumberFilter(
        field_name="operation_id",
        label="Operation",
    )
    run = django_filters.NumberFilter(
        field_name="playbook_run_id",
        label="Run",
    )
    requester = Account("requester", label="Requester")
    asked_after = MomentFilter("requested_at", "gte", label="Asked after")
    asked_before = MomentFilter("requested_at", "lt", label="Asked before")

    by_account = ("requester",)

    class Meta:
        model = Approval
        fields: list[str] = []

    def in_list(
        self,
        queryset: ApprovalQuerySet,
        name: str,
        value: str,
    ) -> ApprovalQuerySet:
        """Keep what the inbox of whoever asks has in this list."""
        return approvals.in_list(
            queryset,
            value,
            reader=self.request.user,
            at=self.as_of,
        )
