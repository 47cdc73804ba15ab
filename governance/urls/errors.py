"""Errors, groups, archive and saved views."""

from django.urls import URLPattern, path

from governance.views import keptfilters, savedviews
from governance.views.archives import retention
from governance.views.errors import acts, archive, changes, details, groups, queue

urlpatterns: list[URLPattern] = [
    path(
        "errors/",
        queue.ErrorList.as_view(),
        name="error-list",
    ),
    path(
        "errors/changes/",
        changes.ErrorChanges.as_view(),
        name="error-changes",
    ),
    path(
        "errors/groups/",
        groups.GroupList.as_view(),
        name="group-list",
    ),
    path(
        "errors/archive/",
        archive.ArchiveList.as_view(),
        name="archive-list",
    ),
    path(
        "errors/archive/retention/",
        retention.RetentionPage.as_view(),
        name="archive-retention",
    ),
    path(
        "errors/archive/retention/<str:table>/agree/",
        retention.RetentionAgree.as_view(),
        name="archive-agree",
    ),
    path(
        "errors/archive/<uuid:pk>/",
        details.ArchiveDetail.as_view(),
        name="archive-detail",
    ),
    path(
        "errors/<uuid:pk>/",
        details.ErrorDetail.as_view(),
        name="error-detail",
    ),
    path(
        "errors/<uuid:pk>/<slug:verb>/",
        acts.ErrorAct.as_view(),
        name="error-act",
    ),
    path(
        "kept/",
        keptfilters.FilterKeep.as_view(),
        name="filter-keep",
    ),
    path(
        "views/save/",
        savedviews.ViewSave.as_view(),
        name="view-save",
    ),
    path(
        "views/<int:pk>/mend/",
        savedviews.ViewMend.as_view(),
        name="view-mend",
    ),
    path(
        "views/<int:pk>/delete/",
        savedviews.ViewDelete.as_view(),
        name="view-delete",
    ),
    path(
        "views/<int:pk>/default/",
        savedviews.ViewDefault.as_view(),
        name="view-default",
    ),
]
