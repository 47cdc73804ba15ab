"""What calls of tools can be filtered by."""

from typing import ClassVar

from governance.filters.people import Account, NamedPeople
from governance.models import ToolCall
from outreach_admin.lists.fields import AnyOf, AnyText, MomentFilter


class CallFilter(NamedPeople):
    """What the ledger can be narrowed to; days are those of the reservation."""

    tool = AnyText(
        label="Tool",
        help_text="Its slug, such as mx-lookup.",
    )
    hub = AnyText(label="Hub")
    status = AnyOf(
        label="Status",
        choices=ToolCall.Status.choices,
    )
    entity = AnyText(label="Entity")
    correlation_id = AnyText(label="Correlation id")
    by = Account("by", label="By")
    reserved_after = MomentFilter("reserved_at", "gte", label="Reserved after")
    reserved_before = MomentFilter("reserved_at", "lt", label="Reserved before")

    by_account: ClassVar[tuple[str, ...]] = ("by",)

    class Meta:
        model = ToolCall
        fields: list[str] = []
