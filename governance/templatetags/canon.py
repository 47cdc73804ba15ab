"""How much of a tool is used, drawn: `{% load canon %}`."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.queries.canon.usage import Quota
from outreach_admin.ui import bars, figures

register = template.Library()


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
