"""What findings of an audit can be filtered by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from enrichment.models import Finding
from enrichment.scanner.audit import KINDS, NOTED
from governance.filters.companies import YesNo
from outreach_admin.lists.fields import Text
from outreach_admin.lists.filters import StrictFilterSet

COLUMNS = (
    "file",
    "function",
    "slug",
    "expected",
    "found",
)


class FindingFilter(StrictFilterSet):
    """What the findings of a scan can be narrowed to; the last scan where none is named."""

    scan = django_filters.NumberFilter(
        label="Scan",
        help_text="Its number.",
        max_value=2**63 - 1,
        decimal_places=0,
    )
    kind = django_filters.MultipleChoiceFilter(
        label="Kind",
        choices=list((KINDS | NOTED).items()),
    )
    waived = YesNo(label="Waived", field_name="is_waived")
    registered = YesNo(label="Has an entry now", field_name="has_entry")
    q = Text(label="Text", method="with_text", help_text="In files, functions, slugs and tables.")

    facets = (
        "kind",
        "waived",
        "registered",
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def with_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find it in any of the columns."""
        found = Q()
        for column in COLUMNS:
            found |= Q((f"{column}__icontains", value))
        return rows.filter(found)
