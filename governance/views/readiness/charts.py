"""Readiness in charts: the page, each chart by itself, and its files."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property

from governance.charts import backlog, catalog
from governance.charts.catalog import Named
from governance.resources.exports import EXPORT
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.charts import files
from outreach_admin.ui.charts.marks import Chart
from outreach_admin.ui.pages import addresses
from outreach_admin.ui.pages.base import Crumb, Page


class Readiness(Page):
    """Which companies can be promoted, why not, and what is open; charts of errors come as parts."""

    permission_required = catalog.COMPANIES
    template_name = "governance/readiness/page.html"
    title = "Readiness"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse (400) a key, for the page shows all companies whatever was meant to narrow it."""
        for key in request.GET:
            raise BadRequest(
                f"Unknown key “{key[:60]}”. Nothing is selected.",
                what_to_do="This page takes no filter: choose companies at /companies/.",
                key=key,
            )
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        charts = {chart.name: chart for chart in catalog.of_companies()}
        user = self.request.user
        context = {
            "charts": charts,
            "companies": charts["tiers"].total,
            "later": catalog.LATER.items() if user.has_perm(catalog.ERRORS) else (),
            "may_export": user.has_perm(EXPORT),
        }
        return super().get_context_data(**context | kwargs)


class ChartPage(Page):
    """One chart with its table; the part of a page where htmx asks."""

    template_name = "governance/readiness/chart.html"
    part_template = "ui/charts/chart.html"

    @property
    def nav(self) -> str:  # type: ignore[override]
        return self.named.nav

    @property
    def permission_required(self) -> str:  # type: ignore[override]
        return self.named.permission

    @cached_property
    def named(self) -> Named:
        found = catalog.find(self.kwargs["name"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def chart(self) -> Chart:
        return self.named.make(self.as_of)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.chart.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"chart": self.chart, "title": self.chart.title}
        return super().get_context_data(**context | kwargs)


class ChartFile(ChartPage):
    """A chart as a file: SVG with its look written in, or CSV of its table."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        make = files.FORMATS.get(self.kwargs["format"])
        if make is None:
            raise Http404
        made = make(self.chart, base=request.build_absolute_uri("/").rstrip("/"), at=self.as_of)
        response = HttpResponse(made.content, content_type=made.content_type)
        response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
        response["Cache-Control"] = "private, no-store"
        return response


class BacklogDay(Page):
    """One day of the backlog: what its figures are made of, each number with its rows."""

    permission_required = catalog.ERRORS
    template_name = "governance/readiness/day.html"
    nav = "governance:readiness"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Backlog on {self.day}"

    @cached_property
    def day(self) -> date:
        return addresses.day_of(self.kwargs["day"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "chart": backlog.of_day(self.day),
            "kept": backlog.kept(self.day),
        }
        return super().get_context_data(**context | kwargs)
