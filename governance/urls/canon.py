"""Tools of the canon, what stops them, its versions."""

from django.urls import URLPattern, path

from governance.views.canon import calls, switches, tools, tries, versions

urlpatterns: list[URLPattern] = [
    path(
        "tools/",
        tools.ToolList.as_view(),
        name="tool-list",
    ),
    path(
        "tools/<slug:slug>/",
        tools.ToolDetail.as_view(),
        name="tool-detail",
    ),
    path(
        "canon/switches/",
        switches.SwitchList.as_view(),
        name="switch-list",
    ),
    path(
        "canon/switches/stop/",
        switches.SwitchStop.as_view(),
        name="switch-stop",
    ),
    path(
        "canon/switches/<int:pk>/release/",
        switches.SwitchRelease.as_view(),
        name="switch-release",
    ),
    path(
        "canon/versions/",
        versions.VersionList.as_view(),
        name="canonversion-list",
    ),
    path(
        "canon/versions/load/",
        versions.VersionLoad.as_view(),
        name="canonversion-load",
    ),
    path(
        "canon/versions/<int:number>/",
        versions.VersionDetail.as_view(),
        name="canonversion-detail",
    ),
    path(
        "canon/versions/<int:number>/enforce/",
        versions.VersionEnforce.as_view(),
        name="canonversion-enforce",
    ),
    path(
        "canon/try/",
        tries.ToolTry.as_view(),
        name="tool-try",
    ),
    path(
        "canon/calls/",
        calls.CallList.as_view(),
        name="call-list",
    ),
    path(
        "canon/calls/<int:pk>/",
        calls.CallDetail.as_view(),
        name="call-detail",
    ),
]
