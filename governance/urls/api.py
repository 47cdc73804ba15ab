"""Addresses under /api/."""

from django.urls import URLPattern

from governance.api import errors, groups, newerrors
from outreach_admin.api.urls import both

app_name = "api"
urlpatterns: list[URLPattern] = [
    *both("errors/", errors.ErrorList, "error-list"),
    *both("errors/bulk/", newerrors.ErrorBulk, "error-bulk"),
    *both("errors/search/", errors.ErrorSearch, "error-search"),
    *both("errors/facets/", errors.ErrorFacets, "error-facets"),
    *both("errors/<uuid:pk>/", errors.ErrorDetail, "error-detail"),
    *both("groups/", groups.GroupList, "group-list"),
    *both("groups/search/", groups.GroupSearch, "group-search"),
    *both("archive/", errors.ArchiveList, "archive-list"),
    *both("archive/search/", errors.ArchiveSearch, "archive-search"),
    *both("archive/facets/", errors.ArchiveFacets, "archive-facets"),
    *both("archive/<uuid:pk>/", errors.ArchiveDetail, "archive-detail"),
]
