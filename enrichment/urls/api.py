"""Addresses under /api/enrichment/."""

from django.urls import URLPattern

from enrichment.api import runs, status, workflows
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
    *both("completeness/", workflows.Completeness, "completeness"),
    *both("registry/search/", workflows.WorkflowSearch, "workflow-search"),
    *both("registry/facets/", workflows.WorkflowFacets, "workflow-facets"),
    *both("workflows/", workflows.WorkflowList, "workflow-list"),
    *both("workflows/<slug:slug>/", workflows.WorkflowDetail, "workflow-detail"),
]
