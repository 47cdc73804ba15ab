"""Columns of findings of an audit."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from enrichment.models import Finding
from enrichment.queries import audits
from enrichment.scanner.audit import KINDS, NOTED
from outreach_admin.ui import badges, tables, texts

badges.register("open_finding", "blocked", "bad")
badges.register("waived", "clock", "none")
badges.register("registered", "resolved", "good")
badges.register("noted", "info", "none")

SUB_LINE = '{}<span class="sub-line">{}</span>'
WAIVED = '{}<span class="sub-line" title="{}">{}</span>'
# letters of who waived it, and why
SHORTENED = 28
# kinds that an edit of the entry, or of the code, ends
ENTRY_KINDS = (
    "registered_missing",
    "table_mismatch",
    "inactive_but_called",
)
REGISTER = "Register…"
END = "End the waiver…"
UNWAIVABLE = ("unreadable", "expired_waiver", "unused_waiver")


class Offer(NamedTuple):
    """What can be done about a finding, and where."""

    label: str
    url: str


class FindingTable(tables.Table):
    """Findings, worst first."""

    noun = "finding"
    nouns = "findings"
    default_sort = "function"
    may_register = False

    function = tables.Column(
        accessor="function",
        sort="id",
        empty_values=(),
        width="2xl",
        card="title",
        verbose_name="Function, file",
    )
    kind = tables.Column(accessor="kind", width="l")
    slug = tables.Column(accessor="slug", empty_values=(), width="l", hint="slug")
    expected = tables.Column(
        accessor="expected",
        empty_values=(),
        width="l",
        chosen=False,
    )
    found = tables.Column(accessor="found", empty_values=(), card="text", hint="found")
    state = tables.Column(accessor="pk", width="xl", card="state")

    def render_function(self, record: Finding) -> SafeString:
        """Write the function, and the place below it."""
        return format_html(
            SUB_LINE,
            format_html('<span class="mono">{}</span>', texts.word(name_of(record))),
            texts.word(place_of(record)),
        )

    def render_kind(self, record: Finding) -> str:
        return label_of(record.kind)

    def render_slug(self, record: Finding) -> SafeString:
        """Write the slug, and how the code comes to it."""
        slug = format_html('<span class="mono">{}</span>', texts.word(record.slug or "none"))
        return format_html(SUB_LINE, slug, record.slug_from)

    def render_expected(self, record: Finding) -> str:
        return texts.word(record.expected)

    def render_found(self, record: Finding) -> str:
        return texts.word(record.found)

    def render_state(self, record: Finding) -> SafeString:
        """Draw how it stands, and what can be done."""
        state = state_of(record)
        done = offer(record, may_register=self.may_register)
        link = format_html('<a class="link" href="{}">{}</a>', done.url, done.label) if done else ""
        drawn = badges.badge(*state)
        if why := waived_by(record):
            drawn = format_html(WAIVED, drawn, why, Truncator(why).chars(SHORTENED))
        return format_html(SUB_LINE, drawn, link)


def label_of(kind: str) -> str:
    """Write a kind; one that this version does not know as it is."""
    return (KINDS | NOTED).get(kind, kind)


def name_of(finding: Finding) -> str:
    """Name what a finding is about."""
    return finding.function or finding.slug or finding.file


def place_of(finding: Finding) -> str:
    """Say where a finding is: in a file, or in the registry."""
    if not finding.file:
        return "registry"
    return f"{finding.file}:{finding.line}" if finding.line else finding.file


def state_of(finding: Finding) -> tuple[str, str]:
    """Say how a finding stands now: a state and a word."""
    if finding.kind in NOTED:
        return "noted", "in order" if finding.kind == "in_both" else "noted"
    if finding.waived_until:
        return "waived", f"waived until {finding.waived_until}"
    if finding.can_register and finding.has_entry:  # type: ignore[attr-defined]
        return "registered", "registered since"
    return "open_finding", "open"


def waived_by(finding: Finding) -> str:
    """Say who waived a finding, and why; empty where nobody did."""
    if not finding.waived_until:
        return ""
    waiver = audits.waiver_of(finding)
    by = waiver.by if waiver else "somebody"
    return texts.word(f"by {by}: {finding.waived_because}")


def offer(finding: Finding, *, may_register: bool) -> Offer | None:
    """Say what this person can do about a finding, if anything."""
    state, _ = state_of(finding)
    if state == "registered" or finding.kind in (*NOTED, *UNWAIVABLE):
        return None
    if may_register and finding.can_register and state != "waived":
        address = reverse("enrichment:audit-register")
        return Offer(REGISTER, f"{address}?finding={finding.pk}")
    label = "Mend or waive…" if finding.kind in ENTRY_KINDS else "Waive…"
    if state == "waived":
        label = END
    return Offer(label, reverse("enrichment:audit-waive", args=[finding.pk]))
