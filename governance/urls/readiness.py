"""Readiness in charts."""

from django.urls import URLPattern, path

from governance.views.readiness import charts

urlpatterns: list[URLPattern] = [
    path(
        "readiness/",
        charts.Readiness.as_view(),
        name="readiness",
    ),
    path(
        "readiness/backlog/<slug:day>/",
        charts.BacklogDay.as_view(),
        name="backlog-day",
    ),
    path(
        "readiness/charts/<slug:name>/",
        charts.ChartPage.as_view(),
        name="chart",
    ),
    path(
        "readiness/charts/<slug:name>/<slug:format>/",
        charts.ChartFile.as_view(),
        name="chart-file",
    ),
]
