"""The registry."""

from django.urls import URLPattern, path

from enrichment.resources.workflows import WORKFLOWS
from enrichment.views import entries, entryimports, workflows
from governance.views.files import exports

urlpatterns: list[URLPattern] = [
    path(
        "workflows/",
        workflows.WorkflowList.as_view(),
        name="workflow-list",
    ),
    path(
        "registry/export/",
        exports.ExportPage.as_view(export=WORKFLOWS),
        name="workflow-export",
    ),
    path(
        "registry/import/",
        entryimports.EntryImport.as_view(),
        name="workflow-import",
    ),
    path(
        "registry/import/template/",
        entryimports.EntryTemplate.as_view(),
        name="workflow-import-template",
    ),
    path(
        "registry/new/",
        entries.EntryNew.as_view(),
        name="workflow-new",
    ),
    path(
        "workflows/<slug:slug>/",
        workflows.WorkflowDetail.as_view(),
        name="workflow-detail",
    ),
    path(
        "workflows/<slug:slug>/edit/",
        entries.EntryEdit.as_view(),
        name="workflow-edit",
    ),
    path(
        "workflows/<slug:slug>/act/",
        entries.EntryAct.as_view(),
        name="workflow-act",
    ),
]
