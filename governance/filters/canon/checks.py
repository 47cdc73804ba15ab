"""What reports of the canon's checks, and their findings, can be filtered by."""

from typing import Any

from django.db.models import Q, QuerySet

from governance.filters.companies import YesNo
from governance.models import CheckedRepository, CheckFinding, CheckReport
from governance.queries.canon.checks import FIRST, NEW, SAME
from outreach_admin.lists.fields import AnyOf, AnyText, MomentFilter, Text
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.spans import Span, ages

CHECKED = ages(
    "checked",
    "Checked",
    after="checked_after",
    before="checked_before",
)
LAST_CHECKED = ages(
    "checked",
    "Last checked",
    after="checked_after",
    before="checked_before",
)
CHANGES = [
    (NEW, "New"),
    (SAME, "As before"),
    (FIRST, "None before"),
]
RULES = [
    ("banned-library", "Banned library"),
    ("banned-import", "Banned import"),
    ("banned-vendor", "Banned vendor"),
    ("unregistered-tool", "Unregistered tool"),
    ("banned-pattern", "Banned pattern"),
    ("done-state", "Done state"),
    ("unreadable", "Unreadable"),
]
SEARCHED = ("file", "name", "said", "because")


class RepositoryFilter(StrictFilterSet):
    """What the list of repositories can be narrowed to, by the last report of each."""

    status = AnyOf(
        field_name="last__status",
        label="Last report",
        choices=CheckReport.Status.choices,
    )
    branch = AnyText(field_name="last__branch", label="Branch")
    q = Text(
        field_name="name",
        lookup_expr="icontains",
        label="Name",
        help_text="A part of its name.",
    )
    checked_after = MomentFilter("last__checked_at", "gte", label="Last report after")
    checked_before = MomentFilter("last__checked_at", "lt", label="Last report before")

    facets: tuple[str, ...] = ("status",)
    spans: tuple[Span, ...] = (LAST_CHECKED,)

    class Meta:
        model = CheckedRepository
        fields: list[str] = []


class ReportOfRepositoryFilter(StrictFilterSet):
    """What the reports of a repository can be narrowed to."""

    status = AnyOf(
        label="Status",
        choices=CheckReport.Status.choices,
    )
    branch = AnyText(label="Branch")
    commit = AnyText(label="Commit", help_text="Its whole name.")
    checked_after = MomentFilter("checked_at", "gte", label="Checked after")
    checked_before = MomentFilter("checked_at", "lt", label="Checked before")

    facets: tuple[str, ...] = ("status",)
    spans: tuple[Span, ...] = (CHECKED,)

    class Meta:
        model = CheckReport
        fields: list[str] = []


class CheckReportFilter(ReportOfRepositoryFilter):
    """What reports of all repositories can be narrowed to."""

    repository = AnyText(
        field_name="repository__name",
        label="Repository",
    )


class OpenBeforeFilter(StrictFilterSet):
    """What findings can be narrowed to, whatever became of them."""

    rule = AnyOf(label="Rule", choices=RULES)
    file = AnyText(label="File")
    name = AnyText(label="Name", help_text="What was found, such as lxml.")
    q = Text(
        label="Text",
        method="with_text",
        help_text="In files, names and sentences.",
    )

    facets: tuple[str, ...] = ("rule",)

    class Meta:
        model = CheckFinding
        fields: list[str] = []

    def with_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find it in any of the columns."""
        found = Q()
        for column in SEARCHED:
            found |= Q((f"{column}__icontains", value))
        return rows.filter(found)


class CheckFindingFilter(OpenBeforeFilter):
    """What the findings of a report can be narrowed to."""

    state = AnyOf(
        label="State",
        choices=CheckFinding.State.choices,
    )
    change = AnyOf(label="Since the report before", choices=CHANGES)
    ending = YesNo(label="Waiver ends soon", field_name="ends_soon")

    facets: tuple[str, ...] = ("state", "rule", "change", "ending")
