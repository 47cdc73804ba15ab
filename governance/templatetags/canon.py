"""How much of a tool is used, drawn: `{% load canon %}`."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from governance.models import ToolCall
from governance.models.errors import BLOCKING_DISPOSITIONS
from governance.queries.canon.usage import Quota
from governance.tables.calls import dollars, took
from outreach_admin.ui import bars, figures, texts

register = template.Library()
# what is counted as used: all but what was given back; what its caller called off is among it
MADE = [status.value for status in ToolCall.Status if status != ToolCall.Status.GIVEN_BACK]


@register.simple_tag
def quota_bar(quota: Quota) -> SafeString:
    """Draw what is used and what is left."""
    used = min(quota.used, quota.of)
    parts = [(float(used), quota.fill), (float(quota.of - used), "rest")]
    label = f"{figures.percent(quota.used, quota.of)} used"
    return bars.bar(parts, label=label)


@register.simple_tag
def days(counts: Sequence[int]) -> SafeString:
    """Draw calls day by day; in a word where there were none."""
    if not any(counts):
        return format_html('<span class="muted">{}</span>', "none")
    label = f"Calls a day, {len(counts)} days: at most {figures.number(max(counts))}"
    return bars.spark(counts, label=label, fill="run")


@register.simple_tag
def calls_url(
    since: datetime,
    tool: str = "",
    *,
    before: datetime | None = None,
    status: Sequence[str] = MADE,
) -> str:
    """Lead to the calls that limits count since a moment, and before another, of one tool or of all."""
    end = {"reserved_before": _written(before)} if before else {}
    start = {"reserved_after": _written(since)}
    return _listed("governance:call-list", tool, **start, **end, status=status)


@register.simple_tag
def violations_url(since: datetime, tool: str = "", *, before: datetime | None = None) -> str:
    """Lead to the violations since a moment, and before another, of one tool or of all."""
    end = {"seen_before": _written(before)} if before else {}
    start = {"seen_after": _written(since)}
    return _listed("governance:violation-list", tool, **start, **end)


@register.filter
def outcome(call: ToolCall) -> str:
    """Say how a call ended, and how long it took."""
    said = call.fault or call.get_status_display().lower()
    length = took(call.duration)
    return texts.word(f"{said}, {length}" if length else said)


register.filter("dollars", dollars)


@register.simple_tag
def overdue_url() -> str:
    """Lead to the open violations whose time is over."""
    return _listed(
        "governance:violation-list",
        "",
        disposition=BLOCKING_DISPOSITIONS,
        expires_before="now",
    )


def _listed(page: str, tool: str, **asked: object) -> str:
    named = {"tool": tool} if tool else {}
    return f"{reverse(page)}?{urlencode(named | asked, doseq=True)}"


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"
