"""What the days that were kept can be filtered by."""

from typing import Any

from django.db.models import QuerySet

from governance.filters.readiness.moves import DayFilter
from governance.models import ReadinessSnapshot
from outreach_admin.lists.filters import StrictFilterSet


class KeptDayFilter(DayFilter):
    """Snapshots of days from a day on, or up to one; both count themselves."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Compare the day."""
        return qs.filter((f"day__{self.lookup_expr}", value)) if value else qs


class SnapshotFilter(StrictFilterSet):
    """Which snapshots: `after` and `before` name the first day and the last."""

    after = KeptDayFilter(lookup_expr="gte", label="First day")
    before = KeptDayFilter(lookup_expr="lte", label="Last day")

    class Meta:
        model = ReadinessSnapshot
        fields: list[str] = []
