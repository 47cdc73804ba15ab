"""Addresses under /api/enrichment/."""

from django.urls import URLPattern

from enrichment.api import runs, status
from outreach_admin.api.urls import both

app_name = "enrichment-api"
urlpatterns: list[URLPattern] = [
    *both(
        "runs/",
        runs.RunList,
        "run-list",
    ),
    *both(
        "runs/search/",
        runs.RunSearch,
        "run-search",
    ),
    *both(
        "runs/<uuid:pk>/",
        runs.RunDetail,
        "run-detail",
    ),
    *both(
        "runs/<uuid:pk>/beat/",
        runs.RunBeat,
        "run-beat",
    ),
    *both(
        "runs/<uuid:pk>/close/",
        runs.RunClose,
        "run-close",
    ),
    *both(
        "runs/<uuid:pk>/cancel/",
        runs.RunCancel,
        "run-cancel",
    ),
    *both("status/", status.Status, "status"),
    *both("status/list/", status.StatusList, "status-list"),
]
