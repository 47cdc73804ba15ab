"""Exports and imports."""

from django.urls import path

from governance.resources.exports import EXPORTS
from governance.views import exports

urlpatterns = [
    path("errors/export/", exports.ExportPage.as_view(export=EXPORTS["errors"]), name="error-export"),
    path("errors/archive/export/", exports.ExportPage.as_view(export=EXPORTS["archive"]), name="archive-export"),
    path("readiness/export/", exports.ExportPage.as_view(export=EXPORTS["readiness"]), name="readiness-export"),
    path("audit/export/", exports.ExportPage.as_view(export=EXPORTS["audit"]), name="audit-export"),
    path("exports/", exports.ExportFiles.as_view(), name="export-list"),
    path("exports/<int:pk>/file/", exports.ExportDownload.as_view(), name="export-download"),
]
