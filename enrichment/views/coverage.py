"""How far workflows have come: now, over the last days, and as files."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property

from enrichment.addresses import place, runs_url
from enrichment.charts import bars, coverage
from enrichment.models import EntityType
from enrichment.queries import coverage as counted
from enrichment.queries import entities, scans
from enrichment.queries.figures import days, freshness, setbacks
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.charts import files
from outreach_admin.ui.pages import addresses
from outreach_admin.ui.pages.base import Crumb, Page
from outreach_admin.ui.texts import word

KINDS = (
    (EntityType.COMPANY.value, "Companies"),
    (EntityType.PERSON.value, "People"),
)
# error classes that are shown
MOST_CLASSES = 8


class OfType(Page):
    """A page about companies or about people, as `type` says; refuses (400) what else the address carries."""

    permission_required: Any = "enrichment.view_state"
    nav = "enrichment:coverage"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a refusal leads to the page without what is wrong."""
        try:
            _ = self.entity_type
        except BadRequest as refusal:
            refusal.way_out = request.path
            raise
        return super().get(request, *args, **kwargs)

    @cached_property
    def entity_type(self) -> str:
        """Read the type, companies where none is named."""
        for key, values in self.request.GET.lists():
            if key != "type" or len(values) > 1:
                raise BadRequest(
                    f"“{word(key[:40])}” is not understood here, or stands twice.",
                    what_to_do="Name the type once: company or person.",
                )
        found = self.request.GET.get("type", EntityType.COMPANY.value)
        if found not in EntityType.values:
            raise BadRequest(
                f"“{word(found[:40])}” is no type.",
                what_to_do="There are two: company and person.",
            )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        noun, nouns = coverage.NOUNS[self.entity_type]
        context = {
            "entity_type": self.entity_type,
            "noun": noun,
            "nouns": nouns,
            "kinds": KINDS,
        }
        return super().get_context_data(**context | kwargs)


class Coverage(OfType):
    """Each workflow as a bar of six parts, what moved since the last kept day, and the trend."""

    template_name = "enrichment/coverage/page.html"
    title = "Enrichment coverage"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read counters and kept days alone; figures of runs are a part of their own. Eight queries."""
        found = counted.whole(self.entity_type)
        last = days.before(self.entity_type, self.as_of.date())
        then = days.lines(days.of(self.entity_type, last)) if last else []
        context = {
            "coverage": found,
            "rows": bars.rows(self.entity_type, found.lines),
            "inactive": bars.rows(self.entity_type, found.inactive),
            "key": coverage.SERIES,
            "incomplete": entities.incomplete(self.entity_type),
            "registered": scans.registered(),
            "audit": place("enrichment:audit"),
            "last": last,
            "changes": days.changes(found.lines, then) if last else [],
            "buckets": counted.BUCKETS,
            "trend": coverage.trend(self.entity_type, at=self.as_of),
        }
        return super().get_context_data(**context | kwargs)


class CoverageRuns(OfType):
    """Runs of the last 30 days by what came of them, and what is past freshness; a part of the coverage page."""

    permission_required = ("enrichment.view_state", "enrichment.view_run")
    template_name = "enrichment/coverage/runs.html"
    part_template = "enrichment/coverage/_runs.html"
    title = "Runs of the last 30 days"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count runs and states by index. Three queries."""
        found = setbacks.lately([self.entity_type], at=self.as_of)
        past = freshness.past(self.entity_type, at=self.as_of)
        lately = {"entity_type": self.entity_type, "started_after": setbacks.SINCE}
        context = {
            "setbacks": found,
            "under_way": setbacks.under_way(self.entity_type),
            "past": past,
            "past_all": sum(past.values()),
            "classes": found.classes.most_common(MOST_CLASSES),
            "more_classes": max(0, len(found.classes) - MOST_CLASSES),
            "since": setbacks.SINCE,
            "stale_url": runs_url(status="stale", **lately),
            "failed_url": runs_url(status="failed", **lately),
            "spared_url": runs_url(status="skipped", already_enriched="true", **lately),
        }
        return super().get_context_data(**context | kwargs)


class DayCoverage(OfType):
    """Each workflow at the end of one day, and what had moved since the kept day before it."""

    template_name = "enrichment/coverage/day.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Coverage on {self.day}"

    @cached_property
    def day(self) -> date:
        return addresses.day_of(self.kwargs["day"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read two kept days. Three queries."""
        kept = days.of(self.entity_type, self.day)
        before = days.before(self.entity_type, self.day)
        then = days.of(self.entity_type, before) if before else []
        context = {
            "day": self.day,
            "kept": kept,
            "rows": bars.rows_of_day(kept),
            "key": coverage.SERIES,
            "last": before,
            "changes": days.changes(days.lines(kept), days.lines(then)) if before else [],
            "buckets": counted.BUCKETS,
        }
        # the address has the day as a text
        return super().get_context_data(**kwargs | context)


class CoverageFile(OfType):
    """A chart of coverage as a file: SVG with its look written in, or CSV of its table."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it."""
        made_as = files.FORMATS.get(self.kwargs["format"])
        chart = coverage.make(self.kwargs["name"], self.entity_type, at=self.as_of)
        if made_as is None or chart is None:
            raise Http404
        made = made_as(chart, base=request.build_absolute_uri("/").rstrip("/"), at=self.as_of)
        response = HttpResponse(made.content, content_type=made.content_type)
        response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
        response["Cache-Control"] = "private, no-store"
        return response
