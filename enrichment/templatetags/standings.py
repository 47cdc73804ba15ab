"""States of workflows: `{% load standings %}`."""

from typing import Any

from django import template

from enrichment.tables.entity import look
from outreach_admin.ui.templatetags.ui import stat

register = template.Library()


@register.inclusion_tag("ui/_stat.html")
def standing_stat(
    state: str,
    word: str,
    count: int,
    url: str,
) -> dict[str, Any]:
    """Show how many workflows are in a state; the number leads to them."""
    return stat(
        word,
        count,
        url=f"{url}#workflows",
        state=look(state),
    )
