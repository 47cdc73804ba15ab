"""Errors, groups, archive and saved views."""

from django.urls import URLPattern, path

from governance.views import archive, errors, groups, records, savedviews

urlpatterns: list[URLPattern] = [
    path("errors/", errors.ErrorList.as_view(), name="error-list"),
    path("errors/groups/", groups.GroupList.as_view(), name="group-list"),
    path("errors/archive/", archive.ArchiveList.as_view(), name="archive-list"),
    path("errors/archive/<uuid:pk>/", records.ArchiveDetail.as_view(), name="archive-detail"),
    path("errors/<uuid:pk>/", records.ErrorDetail.as_view(), name="error-detail"),
    path("views/save/", savedviews.ViewSave.as_view(), name="view-save"),
    path("views/<int:pk>/delete/", savedviews.ViewDelete.as_view(), name="view-delete"),
    path("views/<int:pk>/default/", savedviews.ViewDefault.as_view(), name="view-default"),
]
