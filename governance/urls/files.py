"""Exports and imports."""

from django.urls import path

from governance.resources.exports import EXPORTS
from governance.resources.hubexports import TABLES
from governance.views.files import campaigns, exports, hubimports, imports

urlpatterns = [
    *(
        path(
            f"imports/{table.subject}/export/",
            exports.ExportPage.as_view(export=EXPORTS[table.subject]),
            name=f"{table.subject}-export",
        )
        for table in TABLES
    ),
    path(
        "errors/export/", exports.ExportPage.as_view(export=EXPORTS["errors"]), name="error-export"
    ),
    path(
        "errors/archive/export/",
        exports.ExportPage.as_view(export=EXPORTS["archive"]),
        name="archive-export",
    ),
    path(
        "readiness/export/",
        exports.ExportPage.as_view(export=EXPORTS["readiness"]),
        name="readiness-export",
    ),
    path(
        "audit/export/",
        exports.ExportPage.as_view(export=EXPORTS["audit"]),
        name="audit-export",
    ),
    path(
        "campaigns/",
        campaigns.CampaignLists.as_view(),
        name="campaign-list",
    ),
    path(
        "campaigns/new/",
        campaigns.CampaignTake.as_view(),
        name="campaign-take",
    ),
    path(
        "campaigns/<int:pk>/",
        campaigns.CampaignDetail.as_view(),
        name="campaign-detail",
    ),
    path(
        "campaigns/<int:pk>/file/",
        campaigns.CampaignFile.as_view(),
        name="campaign-file",
    ),
    path(
        "exports/",
        exports.ExportFiles.as_view(),
        name="export-list",
    ),
    path(
        "exports/<int:pk>/file/",
        exports.ExportDownload.as_view(),
        name="export-download",
    ),
    path(
        "errors/import/",
        imports.ErrorImport.as_view(),
        name="error-import",
    ),
    path(
        "errors/import/template/",
        imports.ImportTemplate.as_view(),
        name="import-template",
    ),
    path(
        "imports/<int:pk>/",
        imports.ImportDetail.as_view(),
        name="import-detail",
    ),
    path("imports/<int:pk>/problems/", imports.ImportProblems.as_view(), name="import-problems"),
    path(
        "imports/<int:pk>/rows/",
        imports.ImportRows.as_view(),
        name="import-rows",
    ),
    path(
        "imports/<int:pk>/plan/",
        imports.ImportPlan.as_view(),
        name="import-plan",
    ),
    path(
        "imports/<int:pk>/discard/",
        imports.ImportDiscard.as_view(),
        name="import-discard",
    ),
    path(
        "imports/",
        hubimports.ImportList.as_view(),
        name="import-list",
    ),
    path(
        "imports/<slug:table>/",
        hubimports.HubImport.as_view(),
        name="hub-import",
    ),
    path(
        "imports/<slug:table>/template/",
        hubimports.HubTemplate.as_view(),
        name="hub-import-template",
    ),
]
