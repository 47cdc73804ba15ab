"""Columns of scheduled exports."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.models import ExportFile, ScheduledExport
from governance.queries import scheduledexports as queries
from governance.services.files import exports
from outreach_admin.ui import badges, figures, tables, texts

SUB_LINE = '{}<span class="sub-line">{}</span>'
PROVED = '{}<span class="sub-line mono">{}</span>'
WHEN = '<time datetime="{}" title="{}">{}</time>'
EMPTY = ("nothing_done", "Empty")
NONE = SafeString('<span class="muted">none</span>')


def badge_of(file: ExportFile) -> SafeString:
    """Draw how a run ended; one that was written and holds no row is empty."""
    look = EMPTY if file.is_empty else (file.state, file.get_state_display())
    return badges.badge(*look)


def when(moment: datetime, now: datetime | None) -> SafeString:
    """Say how long ago or ahead a moment is, exactly on hover."""
    told = figures.ago(moment, now or timezone.now())
    return format_html(WHEN, moment.isoformat(), figures.exact(moment), told)


class ScheduledExportTable(tables.Table):
    """Scheduled exports, the newest first, with what their last runs came to."""

    noun = "scheduled export"
    nouns = "scheduled exports"
    default_sort = "-name"

    name = tables.LinkColumn("governance:scheduledexport-detail", sort="id")
    takes = tables.Column(accessor="subject", width="xl", card="text", verbose_name="Takes out")
    last = tables.Column(accessor="latest", width="m", card="state", verbose_name="Last run")
    rows = tables.NumberColumn(accessor="latest", width="m", verbose_name="Rows, SHA-256")
    due = tables.Column(accessor="words", width="l", verbose_name="Next")
    files = tables.Column(accessor="latest", width="l", verbose_name="Newest files")
    owner = tables.PersonColumn(width="m")

    def render_takes(self, record: ScheduledExport) -> SafeString:
        """Say which rows, in which format."""
        said = f"{record.get_subject_display()}, {record.get_format_display()}"
        rows = f"view “{record.view_name}”" if record.view_name else record.filter or "every row"
        return format_html(SUB_LINE, said, texts.word(rows[: tables.CutColumn.LONGEST]))

    def render_last(self, value: list[ExportFile]) -> SafeString:
        """Draw how it went, and when it was due."""
        if not value:
            return format_html('<span class="muted">{}</span>', "never")
        file = value[0]
        return format_html(SUB_LINE, badge_of(file), when(file.due_at, self.as_of))

    def render_rows(self, value: list[ExportFile]) -> SafeString:
        """Count the rows of the last file; the page of the export has all digits of its sum."""
        if not value or value[0].rows is None:
            return NONE
        digest = f"{value[0].digest[:12]}…" if value[0].digest else ""
        return format_html(PROVED, figures.number(value[0].rows), digest)

    def render_due(self, record: ScheduledExport) -> SafeString:
        """Say when it is due next, and by which rule."""
        moment = queries.next_at(record, after=self.as_of)
        said = when(moment, self.as_of) if moment else "stopped"
        return format_html(SUB_LINE, said, record.words)

    def render_files(self, value: list[ExportFile]) -> SafeString:
        """Lead to the newest files that are there."""
        written = (file for file in value if file.state == ExportFile.State.READY)
        links = (
            (reverse("governance:export-download", args=[file.pk]), figures.day(file.due_at))
            for file in written
            if not exports.is_gone(file)
        )
        link = '<a class="link" href="{}" hx-boost="false" download>{}</a>'
        newest, *earlier = [format_html(link, *one) for one in links] or [NONE]
        if not earlier:
            return newest
        return format_html(SUB_LINE, newest, format_html_join(" ", "{}", zip(earlier)))
