"""Violations of the tool canon."""

from django.urls import URLPattern, path

from governance.resources.violations import VIOLATIONS
from governance.views.canon import violations
from governance.views.files import exports

urlpatterns: list[URLPattern] = [
    path(
        "canon/violations/",
        violations.ViolationList.as_view(),
        name="violation-list",
    ),
    path(
        "canon/violations/export/",
        exports.ExportPage.as_view(export=VIOLATIONS),
        name="violation-export",
    ),
    path(
        "canon/violations/<int:pk>/",
        violations.ViolationDetail.as_view(),
        name="violation-detail",
    ),
]
