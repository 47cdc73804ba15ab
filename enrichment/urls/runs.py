"""Runs."""

from django.urls import URLPattern, path

from enrichment.resources.runs import RUNS
from enrichment.views import runs
from governance.views.files import exports

urlpatterns: list[URLPattern] = [
    path(
        "runs/",
        runs.RunList.as_view(),
        name="run-list",
    ),
    path(
        "runs/export/",
        exports.ExportPage.as_view(export=RUNS),
        name="run-export",
    ),
    path(
        "runs/<uuid:pk>/",
        runs.RunDetail.as_view(),
        name="run-detail",
    ),
]
