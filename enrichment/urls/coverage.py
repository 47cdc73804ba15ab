"""How far workflows have come, and with which companies and people."""

from django.urls import URLPattern, path

from enrichment.views import coverage, entities

urlpatterns: list[URLPattern] = [
    path(
        "coverage/",
        coverage.Coverage.as_view(),
        name="coverage",
    ),
    path(
        "coverage/runs/",
        coverage.CoverageRuns.as_view(),
        name="coverage-runs",
    ),
    path(
        "coverage/days/<slug:day>/",
        coverage.DayCoverage.as_view(),
        name="coverage-day",
    ),
    path(
        "coverage/files/<slug:name>/<slug:format>/",
        coverage.CoverageFile.as_view(),
        name="coverage-file",
    ),
    path(
        "entities/",
        entities.EntityList.as_view(),
        name="entity-list",
    ),
    path(
        "entities/file/",
        entities.EntityFile.as_view(),
        name="entity-file",
    ),
]
