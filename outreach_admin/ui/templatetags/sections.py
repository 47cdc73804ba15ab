"""Parts that other apps add to a page: `{% load sections %}`."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from outreach_admin.ui.parts import sections as registered

register = template.Library()


@register.simple_tag(takes_context=True)
def sections(
    context: Mapping[str, Any],
    page: str,
    record: Any,
) -> SafeString:
    """Draw what other apps say of the record of a page."""
    request = context["request"]
    found = registered.of(page, request.user)
    told = [(section, section.told(record)) for section in found]
    drawn = (
        render_to_string(
            section.template,
            {**said, "as_of": context.get("as_of")},
            request,
        )
        for section, said in told
        if said is not None
    )
    return format_html_join("", "{}", ((part,) for part in drawn))
