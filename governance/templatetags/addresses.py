"""Addresses with a query, by the page they lead to: `{% load addresses %}`.

A key without a value is left out.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.urls import reverse

from governance.models.errors import OPEN_DISPOSITIONS

register = template.Library()


@register.simple_tag
def errors_url(canonical: str = "", **filters: Any) -> str:
    """Lead to the queue under a filter: its canonical text, or its keys and values."""
    return with_query(reverse("governance:error-list"), filters, canonical)


@register.simple_tag
def open_errors_url(company: object, **state: Any) -> str:
    """Lead to the open errors of a company in the queue."""
    wanted = {"company": company, "disposition": OPEN_DISPOSITIONS}
    return with_query(reverse("governance:error-list"), wanted | state)


@register.simple_tag
def archive_url(**filters: Any) -> str:
    """Lead to the archive under a filter."""
    return with_query(reverse("governance:archive-list"), filters)


@register.simple_tag
def companies_url(canonical: str = "", **filters: Any) -> str:
    """Lead to the companies under a filter, to all of them where it asks for nothing; `errors` is the text of a filter of the queue."""
    address = reverse("governance:company-list")
    found = with_query(address, filters, canonical)
    # the bare address is that of the team's default view
    return f"{address}?view=all" if found == address else found


@register.simple_tag
def changes_url(canonical: str = "") -> str:
    """Lead to what would change if the errors of a filter were cleared."""
    return with_query(reverse("governance:error-changes"), {}, canonical)


@register.simple_tag
def chart_url(name: str, format: str = "") -> str:
    """Lead to a chart by itself, or to its file."""
    if format:
        return reverse("governance:chart-file", args=[name, format])
    return reverse("governance:chart", args=[name])


@register.simple_tag
def operation_url(key: int, **parts: Any) -> str:
    """Lead to an operation, or to a part of its page."""
    return with_query(reverse("governance:operation-detail", args=[key]), parts)


@register.simple_tag
def rows_url(key: int, **filters: Any) -> str:
    """Lead to the rows of an operation under a filter."""
    return with_query(reverse("governance:operation-rows", args=[key]), filters)


@register.simple_tag
def run_url(key: int, **parts: Any) -> str:
    """Lead to a run of a playbook, or to a part of its page."""
    return with_query(reverse("governance:run-detail", args=[key]), parts)


@register.simple_tag
def playbook_url(slug: str, **choices: Any) -> str:
    """Lead to a playbook, or to one of its versions."""
    return with_query(reverse("governance:playbook-detail", args=[slug]), choices)


@register.simple_tag
def approval_url(key: int, **choices: Any) -> str:
    """Lead to a request, opened beside one of the lists."""
    return with_query(reverse("governance:approval-detail", args=[key]), choices)


@register.simple_tag
def approvals_url(**choices: Any) -> str:
    """Lead to one of the lists of requests."""
    return with_query(reverse("governance:approval-list"), choices)


def with_query(
    address: str,
    keys: Mapping[str, Any],
    canonical: str = "",
) -> str:
    """Write an address with the keys that have a value; a list gives its key several times."""
    known = {key: value for key, value in keys.items() if value not in (None, "", [], ())}
    own = urlencode(known, doseq=True, quote_via=quote)
    query = "&".join(filter(None, [canonical, own]))
    return f"{address}?{query}" if query else address
