"""Findings of a report of the canon's checks as a file."""

from collections.abc import Callable

from django.db.models import QuerySet

from governance.filters.canon.checks import CheckFindingFilter
from governance.models import CheckFinding
from governance.resources.columns import same
from governance.resources.exports import EXPORT, Export

COLUMNS = same(
    "place",
    "file",
    "cell",
    "line",
    "column",
    "rule",
    "code",
    "name",
    "said",
    "state",
    "because",
    "until",
    "change",
)


def of_findings(rows: Callable[[], QuerySet[CheckFinding]]) -> Export:
    """Make the export of the findings of one report."""
    return Export(
        name="findings",
        noun="finding",
        nouns="findings",
        list_url="governance:check-report",
        url="governance:check-file",
        permissions=(EXPORT, "governance.view_checkreport"),
        filterset=CheckFindingFilter,
        queryset=rows,
        columns=COLUMNS,
        order=("place",),
    )
