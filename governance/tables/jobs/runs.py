"""Columns of runs of jobs."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.models import JobRun
from governance.services.jobs import registry
from outreach_admin.ui import badges, figures, tables, texts


class JobRunTable(tables.Table):
    """Runs, newest first."""

    noun = "run"
    nouns = "runs"
    default_sort = "-run"

    job = tables.Column(width="xl", card="title")
    run = tables.CodeColumn(accessor="reference", sort="id", width="m")
    state = tables.Column(width="l", card="state")
    kind = tables.Column(accessor="is_dry", width="l")
    trigger = tables.Column(accessor="get_trigger_display", width="l", verbose_name="Started by")
    started = tables.AgoColumn(accessor="started_at", width="m", default="not yet")
    took = tables.NumberColumn(accessor="seconds", width="m", default="")
    fault = tables.CutColumn(default="")

    def render_job(self, record: JobRun) -> SafeString:
        """Lead to the run."""
        return format_html(
            '<a class="link" href="{}">{}</a>',
            reverse("governance:jobrun-detail", args=[record.pk]),
            texts.word(registry.label_of(record.job)),
        )

    def render_state(self, record: JobRun) -> SafeString:
        """Draw how it stands."""
        return badges.badge(record.state, record.get_state_display())

    def render_kind(self, record: JobRun) -> str | SafeString:
        """Say whether it changed anything, and as of which moment where that was told."""
        kind = "Dry run" if record.is_dry else "For real"
        if not record.is_told:
            return kind
        moment = figures.exact(record.as_of)
        return format_html('{}<span class="sub-line">as of {}</span>', kind, moment)

    def render_took(self, value: float) -> str:
        """Write seconds."""
        return f"{value:,.1f} s"
