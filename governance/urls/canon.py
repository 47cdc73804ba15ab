"""Tools of the canon, what stops them, its versions."""

from django.urls import URLPattern, path

from governance.views.canon import switches, tools

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
]
