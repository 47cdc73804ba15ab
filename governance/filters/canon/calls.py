"""What calls of tools can be filtered by."""

from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db.models import QuerySet

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


class Maker(Account):
    """Who made a call, as one value: joined, no index would give the calls in their order."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the calls of the account of this name."""
        if not value:
            return qs
        return qs.filter(by=User.objects.filter(username=value).values("pk")[:1])


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
    by = Maker("by", label="By")
    reserved_after = MomentFilter("reserved_at", "gte", label="Reserved after")
    reserved_before = MomentFilter("reserved_at", "lt", label="Reserved before")

    by_account: ClassVar[tuple[str, ...]] = ("by",)
    facets: tuple[str, ...] = ("tool", "hub", "status")
    spans: tuple[Span, ...] = (MADE,)

    class Meta:
        model = ToolCall
        fields: list[str] = []
