"""What workflows can be filtered by."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from enrichment.models import EntityType, Workflow
from enrichment.queries import entries
from governance.filters.companies import AnyOrNone, AnyTextOrNone, YesNo, or_none
from outreach_admin.lists.fields import Text
from outreach_admin.lists.filters import StrictFilterSet


class Holds(YesNo):
    """Rows of which something holds that other tables say, or does not."""

    def __init__(self, condition: Callable[[], Q], **given: Any) -> None:
        super().__init__(**given)
        self.condition = condition

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Both together are every row."""
        if len(set(value)) != 1:
            return qs
        holds = self.condition()
        return qs.filter(holds) if value[0] == "true" else qs.exclude(holds)


class WorkflowFilter(StrictFilterSet):
    """`none` stands for an empty value; `complete` says whether all nine fields of an entry are filled.

    `short` are those whose records should reach core and did not, `differs` those of which the
    newest audit of the code says something else, `called` those that are inactive and called.
    """

    is_active = YesNo(label="Active")
    key_type = AnyOrNone(
        label="Key",
        choices=or_none(EntityType.choices, "no key type"),
    )
    intent = AnyOrNone(
        label="Coalesces",
        choices=or_none(Workflow.Intent.choices, "unknown"),
    )
    complete = YesNo(label="Complete", field_name="is_complete")
    provider = AnyTextOrNone(label="Provider")
    payload_type = AnyTextOrNone(label="Payload")
    owner = AnyTextOrNone(label="Owner")
    short = Holds(
        entries.falls_short,
        label="Falls short of core",
    )
    differs = Holds(
        lambda: entries.is_found(entries.DIFFERING),
        label="Differs from the code",
    )
    called = Holds(
        lambda: entries.is_found([entries.CALLED]),
        label="Inactive but called",
    )
    q = Text(
        label="Text",
        method="with_text",
        help_text="In names, tables and owners.",
    )

    facets = tuple(entries.FACETS)

    class Meta:
        model = Workflow
        fields: list[str] = []

    @property
    def wanted(self) -> dict[str, set[str]]:
        """Return the values chosen in each facet that has a choice."""
        self.check()
        return {
            name: set(map(str, values)) for name in self.facets if (values := self.values[name])
        }

    def beside_facets(self, rows: QuerySet[Workflow]) -> QuerySet[Workflow]:
        """Narrow entries by every filter that is no facet."""
        self.check()
        for name, filter_ in self.filters.items():
            if name not in self.facets:
                rows = filter_.filter(rows, self.values[name])
        return rows

    def with_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find it in the name, an earlier name, a table or the owner."""
        columns = ("workflow_name", "aliases__alias", "flows__table_name", "owner")
        found = Q()
        for column in columns:
            found |= Q((f"{column}__icontains", value))
        return rows.filter(pk__in=Workflow.objects.filter(found).values("pk"))
