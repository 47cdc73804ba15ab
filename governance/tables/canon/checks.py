"""Columns of reports of the canon's checks, of their repositories and findings."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.filters.canon.checks import RULES
from governance.models import CheckedRepository, CheckFinding, CheckReport
from governance.queries.canon.checks import GONE, NEW, UNREADABLE
from outreach_admin.ui import badges, bars, figures, tables, texts

badges.register("clean", "resolved", "good")
badges.register("violations", "blocked", "bad")
badges.register("could not check", "warn", "warn")
badges.register("finding open", "blocked", "bad")
badges.register("finding in the baseline", "info", "none")
badges.register("finding waived", "clock", "none")
badges.register("finding gone", "resolved", "good")
badges.register("finding unreadable", "warn", "warn")

NAMED = '<a href="{}" data-open>{}</a><span class="sub-line">{} {}</span>'
SUB_LINE = '{}<span class="sub-line">{}</span>'
# letters of a commit
SHORT = 12
LABELS = dict(RULES)
# figures of a report by what lists exactly these findings
LISTS = {
    "open": {"state": "open"},
    "unreadable": {"state": "open", "rule": "unreadable"},
    "waived": {"state": "waived"},
    "known": {"state": "in the baseline"},
    "ending": {"ending": "true"},
    "opened": {"state": "open", "change": NEW},
    "newly_waived": {"state": "waived", "change": NEW},
}


def findings_url(report: CheckReport, figure: str) -> str:
    """Return the address that lists exactly the findings of a figure."""
    if figure == "closed":
        return reverse("governance:check-closed", args=[report.pk])
    query = urlencode(LISTS[figure])
    return f"{reverse('governance:check-report', args=[report.pk])}?{query}"


def figure(report: CheckReport, name: str) -> SafeString | str:
    """Write a figure as a link to its findings; what is not known has none."""
    count = getattr(report, name)
    if count is None:
        return "–"
    address = findings_url(report, name)
    return format_html('<a class="link" href="{}">{}</a>', address, figures.number(count))


def commit(report: CheckReport) -> SafeString:
    """Write the first letters of a commit."""
    said = texts.word(report.commit[:SHORT] or "unknown")
    return format_html('<span class="mono" title="{}">{}</span>', report.commit, said)


class FigureColumn(tables.NumberColumn):
    """A figure of a report, as a link to its findings."""

    def __init__(self, name: str, *args: Any, of: str = "", **kwargs: Any) -> None:
        wanted = {
            "accessor": f"{of}{name}",
            "empty_values": (),
            "width": "s",
        }
        super().__init__(*args, **wanted | kwargs)
        self.name = name
        self.of = of.removesuffix("__")

    def render(self, record: Any) -> Any:
        """Write it."""
        return figure(getattr(record, self.of) if self.of else record, self.name)


class RepositoryTable(tables.Table):
    """Repositories with the last report of each."""

    noun = "repository"
    nouns = "repositories"
    default_sort = "repository"
    trends: Mapping[int, Sequence[int]] = {}

    repository = tables.Column(
        accessor="name",
        sort="name",
        width="xl",
        card="title",
    )
    status = tables.BadgeColumn(
        accessor="last__status",
        verbose_name="Last report",
        width="l",
    )
    open = FigureColumn("open", of="last__")
    opened = FigureColumn("opened", of="last__")
    closed = FigureColumn("closed", of="last__")
    waived = FigureColumn("waived", of="last__")
    ending = FigureColumn("ending", of="last__", verbose_name="Ending")
    trend = tables.Column(
        accessor="pk",
        width="l",
        verbose_name="Trend",
    )
    checked = tables.AgoColumn(
        accessor="last__checked_at",
        width="s",
        quiet=True,
    )

    def render_status(self, record: CheckedRepository) -> SafeString:
        return status(record.last)

    def render_repository(self, record: CheckedRepository) -> SafeString:
        """Lead to the repository; below it, branch and commit of its last report."""
        last = record.last
        assert last is not None
        return format_html(
            NAMED,
            reverse("governance:check-repository", args=[record.pk]),
            texts.word(record.name),
            texts.word(last.branch or "no branch"),
            commit(last),
        )

    def render_trend(self, record: CheckedRepository) -> SafeString | str:
        """Draw how many findings were open, report by report."""
        counts = self.trends.get(record.pk, ())
        if len(counts) < 2:
            return ""
        said = f"Open findings of the last {len(counts)} reports: from {counts[0]} to {counts[-1]}"
        return bars.spark(counts, label=said, fill="bad")


class CheckReportTable(tables.Table):
    """Reports of a repository, the newest first."""

    noun = "report"
    nouns = "reports"
    default_sort = "-checked"

    report = tables.LinkColumn(
        "governance:check-report",
        accessor="pk",
        width="m",
    )
    status = tables.BadgeColumn(width="l")
    branch = tables.Column(
        empty_values=(),
        width="l",
    )
    commit = tables.Column(
        empty_values=(),
        width="l",
    )
    open = FigureColumn("open")
    opened = FigureColumn("opened")
    closed = FigureColumn("closed")
    newly_waived = FigureColumn("newly_waived", verbose_name="Newly waived")
    waived = FigureColumn("waived")
    ending = FigureColumn("ending", verbose_name="Ending")
    checked = tables.AgoColumn(
        accessor="checked_at",
        sort="checked_at",
        width="s",
        quiet=True,
    )

    def render_status(self, record: CheckReport) -> SafeString:
        return status(record)

    def render_branch(self, value: str) -> str:
        return texts.word(value or "no branch")

    def render_commit(self, record: CheckReport) -> SafeString:
        return commit(record)


class FoundTable(tables.Table):
    """What findings have in common."""

    noun = "finding"
    nouns = "findings"
    default_sort = "place"

    place = tables.Column(
        accessor="where",
        sort="place",
        width="2xl",
        card="title",
    )
    rule = tables.Column(width="l")
    said = tables.Column(
        empty_values=(),
        card="text",
        hint="said",
        verbose_name="Finding",
    )

    def render_place(self, value: str) -> SafeString:
        return format_html('<span class="mono">{}</span>', texts.word(value))

    def render_rule(self, record: CheckFinding) -> SafeString:
        """Write the rule, and below it the code of its violation."""
        label = texts.word(LABELS.get(record.rule, record.rule))
        return format_html(SUB_LINE, label, texts.word(record.code))

    def render_said(self, record: CheckFinding) -> SafeString:
        """Write the sentence, and below it why it is waived."""
        said = record.said or record.name
        if record.rule == UNREADABLE:
            said = f"It {said}."
        return format_html(SUB_LINE, texts.word(said), texts.word(record.because))


class CheckFindingTable(FoundTable):
    """Findings of a report, by place."""

    state = tables.BadgeColumn(width="xl")

    def render_state(self, record: CheckFinding) -> SafeString:
        """Draw the state, of a waiver with its last day; below it, whether it is new."""
        until = f" until {record.until}" if record.until else ""
        drawn = badges.badge(f"finding {record.state}", f"{record.get_state_display()}{until}")
        is_new = record.change == NEW  # type: ignore[attr-defined]
        return format_html(SUB_LINE, drawn, "new since the report before" if is_new else "")


class ClosedTable(FoundTable):
    """Findings that were open in the report before, by the place that they had there."""

    now = tables.BadgeColumn(width="xl")

    def render_now(self, value: str) -> SafeString:
        return badges.badge(f"finding {value}", BECAME[value])


BECAME = {
    GONE: "Gone",
    UNREADABLE: "File not readable",
    "waived": "Waived",
    "in the baseline": "In the baseline",
}


def status(report: CheckReport | None) -> SafeString:
    """Draw how a report ended."""
    assert report is not None
    return badges.badge(report.status, report.get_status_display())
