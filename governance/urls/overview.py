"""The first page."""

from django.urls import URLPattern, path

from governance.views import overview

urlpatterns: list[URLPattern] = [
    path(
        "",
        overview.Overview.as_view(),
        name="overview",
    ),
]
