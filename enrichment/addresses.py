"""Addresses of enrichment with a query."""

from datetime import date, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse

from governance.templatetags.addresses import with_query


def entities_url(**filters: Any) -> str:
    """Lead to the companies and people under a filter."""
    return with_query(reverse("enrichment:entity-list"), filters)


def runs_url(**filters: Any) -> str:
    """Lead to the runs under a filter; empty where they have no page."""
    return with_query(found, filters) if (found := place("enrichment:run-list")) else ""


def spared_url(workflow: str, entity_type: str, day: date) -> str:
    """Lead to the requests of a day that a workflow did not run again."""
    return runs_url(
        workflow=workflow,
        entity_type=entity_type,
        status="skipped",
        already_enriched="true",
        started_after=day.isoformat(),
        started_before=(day + timedelta(days=1)).isoformat(),
    )


def coverage_url(entity_type: str, day: date | None = None) -> str:
    """Lead to the coverage of a type, now or at the end of a day."""
    if day:
        address = reverse("enrichment:coverage-day", args=[day.isoformat()])
    else:
        address = reverse("enrichment:coverage")
    return with_query(address, {"type": entity_type})


def coverage_file_url(name: str, format: str, entity_type: str) -> str:
    """Lead to a chart of coverage as a file."""
    address = reverse("enrichment:coverage-file", args=[name, format])
    return with_query(address, {"type": entity_type})


def place(name: str, *given: Any) -> str:
    """Return an address, empty where no page has that name."""
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""
