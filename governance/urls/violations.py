"""Violations of the tool canon."""

from django.urls import URLPattern, path

from governance.resources.violations import VIOLATIONS
from governance.views.canon import violations
from governance.views.files import exports

urlpatterns: list[URLPattern] = [
    path(
        "tools/violations/",
        violations.ViolationList.as_view(),
        name="violation-list",
    ),
    path(
        "tools/violations/export/",
        exports.ExportPage.as_view(export=VIOLATIONS),
        name="violation-export",
    ),
    path(
        "tools/violations/<int:pk>/",
        violations.ViolationDetail.as_view(),
        name="violation-detail",
    ),
]
