"""Columns of the list of companies."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.models import Readiness, Reason, Tier
from governance.models.errors import OPEN_DISPOSITIONS
from governance.queries.errors import blockers
from governance.tables.subjects import SubjectTable
from outreach_admin.ui import badges, figures, tables
from outreach_admin.ui.sprite import icon

# as short as a cell is; the whole words are read out and shown on hover
HUBS = (
    ("ct", "CT", "Company target"),
    ("dol", "DOL", "DOL"),
    ("people", "People", "People"),
    ("blog", "Blog", "Blog"),
    ("bit", "BIT", "BIT"),
)
# done and blocked: the state that gives shape and tone, and what it is called
STATES = {
    (True, False): ("pass", "done"),
    (True, True): ("high", "done, held back"),
    (False, True): ("blocked", "not done, held back"),
    (False, False): ("missing", "not done"),
}
HUB = (
    '<li class="is-{}" title="{}"><span aria-hidden="true">{}{}</span>'
    '<span class="unseen">{}</span></li>'
)
PROMOTABLE = "none: promotable"
Flags = tuple[tuple[bool, bool], ...]


class CompanyTable(SubjectTable):
    """Companies with tier, hubs, bottleneck and errors."""

    noun = "company"
    nouns = "companies"
    default_sort = "company"
    detail_url_name = "governance:company-detail"

    company = tables.LinkColumn(accessor="name", sort="company_name", hint="domain")
    domain = tables.Column(sort=True, chosen=False, width="l", default="none", quiet=True)
    tier = tables.Column(sort=True, width="m", card="state")
    hubs = tables.Column(accessor="pk", width="2xl", card="text")
    bottleneck = tables.Column(accessor="reason", default=PROMOTABLE, width="xl")
    errors = tables.NumberColumn(accessor="open_errors", sort=True, width="xs")
    blocked = tables.AgoColumn(accessor="pk", width="s")
    # a company without a bottleneck is one, so that few need to see both
    promotable = tables.Column(chosen=False, width="m")
    target = tables.CodeColumn(
        accessor="ct_status",
        chosen=False,
        width="m",
        default="no record",
        verbose_name="Target",
    )
    state = tables.Column(
        accessor="address_state",
        chosen=False,
        width="xs",
        default="none",
    )
    tld = tables.Column(chosen=False, width="xs", default="none", verbose_name="TLD")
    outreach = tables.CodeColumn(
        accessor="pk", chosen=False, width="xl", verbose_name="Outreach id"
    )

    @cached_property
    def blocked_since(self) -> dict[UUID, datetime]:
        """Read since when the companies of this page are blocked, once."""
        return blockers.oldest([row.pk for row in self.data])

    def render_tier(self, value: str) -> SafeString:
        label = Tier(value).label
        return format_html(
            '<span class="tag" title="{}">{}</span>',
            label,
            label.partition(",")[0],
        )

    def render_promotable(self, value: bool) -> SafeString:
        return format_html(
            '<span class="{}">{}</span>', *(("", "Yes") if value else ("muted", "No"))
        )

    @cached_property
    def drawn(self) -> dict[Flags, SafeString]:
        """Keep how the hubs of this page look: few stand differently."""
        return {}

    def render_hubs(self, record: Readiness) -> SafeString:
        """Draw each hub as shape and short word; its whole words are for readers and on hover."""
        flags = tuple(_flags(record, key) for key, _, _ in HUBS)
        if flags not in self.drawn:
            self.drawn[flags] = _matrix(flags)
        return self.drawn[flags]

    def render_bottleneck(self, value: str) -> str:
        words = Reason(value).label
        return words[0].upper() + words[1:]

    def render_errors(self, value: int, record: Readiness) -> SafeString:
        """Lead to the open errors of the company."""
        if not value:
            return format_html('<span class="muted">{}</span>', value)
        return format_html(
            '<a class="link" href="{}">{}</a>',
            open_errors_of(record.pk),
            figures.number(value),
        )

    def render_blocked(self, value: UUID, column: Any) -> SafeString:
        since = self.blocked_since.get(value)
        if since is None:
            return format_html('<span class="muted">{}</span>', "no")
        return column.render(since, self)


def open_errors_of(outreach_id: UUID) -> str:
    """Give the address of the open errors of a company."""
    query = {"company": outreach_id, "disposition": OPEN_DISPOSITIONS}
    return f"{reverse('governance:error-list')}?{urlencode(query, doseq=True)}"


def _flags(record: Readiness, key: str) -> tuple[bool, bool]:
    """Say whether a hub is done, and whether an error blocks it, which only gates know."""
    return getattr(record, f"{key}_done"), getattr(record, f"{key}_blocked", False)


def _matrix(flags: Flags) -> SafeString:
    hubs = zip(HUBS, flags, strict=True)
    cells = format_html_join("", HUB, (_hub(*hub, *of_hub) for hub, of_hub in hubs))
    return format_html('<ul class="hubs">{}</ul>', cells)


def _hub(key: str, short: str, name: str, done: bool, blocked: bool) -> tuple[str, ...]:
    state, words = STATES[done, blocked]
    look = badges.look(state)
    said = f"{name}: {words}"
    return look.tone, said, icon(look.icon), short, said
