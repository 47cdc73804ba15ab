"""What calls of tools can be filtered by."""

from typing import ClassVar

from governance.filters.people import Account, NamedPeople
from governance.models import ToolCall
from governance.queries.canon import tools
from outreach_admin.lists.fields import AnyOf, AnyText, MomentFilter
from outreach_admin.lists.spans import Span, ages

MADE = ages(
    "made",
    "Reserved",
    after="reserved_after",
    before="reserved_before",
)


class CallFilter(NamedPeople):
    """What the list of calls can be narrowed to; days are those of the reservation."""

    tool = AnyOf(
        label="Tool",
        choices=tools.slugs,
    )
    hub = AnyOf(
        label="Hub",
        choices=tools.hubs,
    )
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
    facets: tuple[str, ...] = ("tool", "hub", "status")
    spans: tuple[Span, ...] = (MADE,)

    class Meta:
        model = ToolCall
        fields: list[str] = []
