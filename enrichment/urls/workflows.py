"""The registry."""

from django.urls import URLPattern, path

from enrichment.views import workflows

urlpatterns: list[URLPattern] = [
    path(
        "workflows/",
        workflows.WorkflowList.as_view(),
        name="workflow-list",
    ),
    path(
        "workflows/<slug:slug>/",
        workflows.WorkflowDetail.as_view(),
        name="workflow-detail",
    ),
]
