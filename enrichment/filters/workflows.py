"""What workflows can be filtered by."""

from typing import Any

from django.db.models import Q, QuerySet

from enrichment.models import EntityType, Workflow
from governance.filters.companies import AnyOrNone, AnyTextOrNone, YesNo, or_none
from outreach_admin.lists.fields import Text
from outreach_admin.lists.filters import StrictFilterSet


class WorkflowFilter(StrictFilterSet):
    """`none` stands for an empty value; `complete` says whether all nine fields of an entry are filled."""

    is_active = YesNo(label="Active")
    key_type = AnyOrNone(label="Key", choices=or_none(EntityType.choices, "no key type"))
    intent = AnyOrNone(
        label="Coalesces",
        choices=or_none(Workflow.Intent.choices, "unknown"),
    )
    complete = YesNo(label="Complete", field_name="is_complete")
    provider = AnyTextOrNone(label="Provider")
    payload_type = AnyTextOrNone(label="Payload")
    owner = AnyTextOrNone(label="Owner")
    q = Text(label="Text", method="with_text", help_text="In names, tables and owners.")

    facets = (
        "is_active",
        "key_type",
        "intent",
        "complete",
    )

    class Meta:
        model = Workflow
        fields: list[str] = []

    def with_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find it in the name, an earlier name, a table or the owner."""
        columns = ("workflow_name", "aliases__alias", "flows__table_name", "owner")
        found = Q()
        for column in columns:
            found |= Q((f"{column}__icontains", value))
        return rows.filter(pk__in=Workflow.objects.filter(found).values("pk"))
