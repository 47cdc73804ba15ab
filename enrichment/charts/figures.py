"""Enrichment in one line of the overview."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from enrichment.addresses import place, runs_url
from enrichment.models import EntityType
from enrichment.queries import scans
from enrichment.queries.figures import setbacks
from outreach_admin.ui import figures
from outreach_admin.ui.parts.overview import Figure, Line


def line(request: HttpRequest) -> Line | None:
    """Say how much is registered, what went stale and what was spared; None for who may not see it. Two queries."""
    if not request.user.has_perms(["enrichment.view_state", "enrichment.view_run"]):
        return None
    found = setbacks.lately(EntityType.values, at=timezone.now())
    registered = scans.registered()
    lately = f"in {setbacks.DAYS} days"
    return Line(
        "Enrichment",
        reverse("enrichment:coverage"),
        (
            *((of_functions(registered),) if registered else ()),
            Figure(
                figures.number(found.stale),
                f"runs stale {lately}",
                runs_url(status="stale", started_after=setbacks.SINCE),
                "warn" if found.stale else "",
            ),
            Figure(
                figures.number(found.duplicates),
                f"repeats not run again {lately}",
                runs_url(already_enriched="true", status="skipped", started_after=setbacks.SINCE),
            ),
        ),
    )


def of_functions(found: scans.Registered) -> Figure:
    """Say how many of the functions that the latest audit found are registered."""
    return Figure(
        f"{found.registered:,} of {found.functions:,}",
        "functions registered",
        place("enrichment:audit"),
        "" if found.registered >= found.functions else "warn",
    )
