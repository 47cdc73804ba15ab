"""Where the marks of a chart lead, and how many rows are there."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import reverse

from governance.filters.archive import ArchiveFilter
from governance.filters.canon.calls import CallFilter
from governance.filters.companies import CompanyFilter
from governance.filters.errors import ErrorFilter
from governance.filters.violations import ViolationFilter
from governance.models import ArchivedError, HubError, Readiness, ToolCall, ViolationCase
from outreach_admin.ui.charts.marks import Chart, Mark


def rows_behind(address: str) -> int:
    """How many rows the list at an address has."""
    lists = {
        reverse("governance:company-list"): (CompanyFilter, Readiness),
        reverse("governance:error-list"): (ErrorFilter, HubError),
        reverse("governance:archive-list"): (ArchiveFilter, ArchivedError),
        reverse("governance:call-list"): (CallFilter, ToolCall),
        reverse("governance:violation-list"): (ViolationFilter, ViolationCase),
    }
    parts = urlsplit(address)
    filterset, model = lists[parts.path]
    text = "" if parts.query == "view=all" else parts.query
    return filterset.from_text(text, model.objects.all()).qs.count()


def numbers(chart: Chart) -> Iterator[tuple[str, Mark]]:
    """Every number of a chart's table, with what stands before it."""
    lines = [*chart.lines, *([chart.foot] if chart.foot else [])]
    for line in lines:
        for place, cell in enumerate(line.cells):
            yield f"{line.label} {place}", cell


def told(chart: Chart) -> dict[str, int | None]:
    """What the table says."""
    return {name: cell.count for name, cell in numbers(chart)}


def listed(chart: Chart) -> dict[str, int | None]:
    """What the lists behind its links have; what cannot be leads nowhere and is nothing."""
    return {name: rows_behind(cell.url) if cell.url else 0 for name, cell in numbers(chart)}


def named(chart: Chart) -> dict[str, int | None]:
    """The parts of a single bar by their names."""
    (row,) = chart.rows
    return {series.label: mark.count for series, mark in zip(chart.series, row.marks, strict=True)}
