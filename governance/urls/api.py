"""Addresses under /api/."""

from django.urls import URLPattern

from governance.api import companies, errors, exports, hubs, readiness
from outreach_admin.api.urls import both

app_name = "api"
urlpatterns: list[URLPattern] = [
    *both("errors/", errors.ErrorList, "error-list"),
    *both("errors/search/", errors.ErrorSearch, "error-search"),
    *both("errors/facets/", errors.ErrorFacets, "error-facets"),
    *both("errors/<uuid:pk>/", errors.ErrorDetail, "error-detail"),
    *both("archive/", errors.ArchiveList, "archive-list"),
    *both("archive/search/", errors.ArchiveSearch, "archive-search"),
    *both("archive/facets/", errors.ArchiveFacets, "archive-facets"),
    *both("archive/<uuid:pk>/", errors.ArchiveDetail, "archive-detail"),
    *both("companies/", companies.CompanyList, "company-list"),
    *both("companies/search/", companies.CompanySearch, "company-search"),
    *both("companies/facets/", companies.CompanyFacets, "company-facets"),
    *both("companies/<any_uuid:pk>/", companies.CompanyDetail, "company-detail"),
    *both("companies/<any_uuid:pk>/timeline/", companies.CompanyTimeline, "company-timeline"),
    *both("readiness/", readiness.ReadinessNow, "readiness"),
    *both("readiness/snapshots/", readiness.SnapshotList, "snapshot-list"),
    *both("readiness/snapshots/<slug:day>/", readiness.SnapshotDetail, "snapshot-detail"),
    *both("readiness/trends/", readiness.Trends, "readiness-trends"),
    *both("readiness/moves/", readiness.MoveList, "move-list"),
    *both("readiness/moves/counts/", readiness.MoveCounts, "move-counts"),
    *both("readiness/changes/", readiness.Changes, "readiness-changes"),
    *both("hubs/", hubs.HubList, "hub-list"),
    *both("hubs/<str:table>/", hubs.HubRows, "hub-rows"),
    *both("hubs/<str:table>/export/", exports.HubTableRows, "hub-export"),
    *both("exports/", exports.ExportFiles, "export-list"),
    *both("exports/<int:pk>/", exports.ExportDetail, "export-detail"),
    *both("exports/<int:pk>/download/", exports.ExportDownload, "export-download"),
    *both("errors/export/", exports.ErrorRows, "error-export"),
    *both("archive/export/", exports.ArchiveRows, "archive-export"),
    *both("companies/export/", exports.CompanyRows, "company-export"),
    *both("audit/export/", exports.AuditRows, "audit-export"),
]
