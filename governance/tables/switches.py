"""Columns of kill switches."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.models import KillSwitch
from governance.tables.calls import tool_link
from outreach_admin.ui import badges, figures, people, tables, texts

badges.register("stopped", "stop", "bad")
badges.register("released", "undo", "none")
badges.register("open", "resolved", "good")


def _by_nobody(switch: KillSwitch) -> bool:
    return False


class SwitchTable(tables.Table):
    """Switches, newest first; `may_release` says which of them the reader can let go on."""

    may_release: Callable[[KillSwitch], bool] = staticmethod(_by_nobody)

    noun = "switch"
    nouns = "switches"
    default_sort = "-stopped"

    tool = tables.Column(
        empty_values=(),
        width="l",
        card="title",
    )
    state = tables.Column(
        accessor="released_at",
        empty_values=(),
        width="xl",
        card="state",
    )
    reason = tables.CutColumn()
    by = tables.PersonColumn(width="l", verbose_name="Stopped by")
    stopped = tables.AgoColumn(
        accessor="at",
        sort="id",
        width="m",
        quiet=True,
    )
    released = tables.Column(
        accessor="released_by",
        default="",
        width="l",
    )

    def render_tool(self, record: KillSwitch) -> SafeString:
        """Link the tool; a switch on all tools has none."""
        if not record.tool:
            return format_html("{}", "All tools")
        return tool_link(record.tool)

    def render_state(self, record: KillSwitch) -> SafeString:
        """Draw whether it stands, and lead who may to its release."""
        if record.released_at is not None:
            return badges.badge("released", "Released")
        stands = badges.badge("stopped", "Stands")
        if not self.may_release(record):
            return stands
        return format_html(
            '{} <a class="link" href="{}" aria-label="Release the {}">Release…</a>',
            stands,
            reverse("governance:switch-release", args=[record.pk]),
            texts.word(str(record).lower()),
        )

    def render_released(self, record: KillSwitch) -> SafeString:
        """Write who let it go on, and when."""
        assert record.released_at is not None
        return format_html(
            '{}<span class="sub-line">{}</span>',
            people.person(record.released_by),
            figures.ago(record.released_at, self.as_of),
        )
