"""Playbooks, their runs and reports."""

from django.urls import URLPattern, path

from governance.views.playbooks import pages, reports, runs

urlpatterns: list[URLPattern] = [
    path(
        "playbooks/",
        pages.PlaybookList.as_view(),
        name="playbook-list",
    ),
    path(
        "playbooks/runs/<int:pk>/",
        runs.RunDetail.as_view(),
        name="run-detail",
    ),
    path(
        "playbooks/runs/<int:pk>/start/",
        runs.RunStart.as_view(),
        name="run-start",
    ),
    path(
        "playbooks/runs/<int:pk>/request/",
        runs.RunRequest.as_view(),
        name="run-request",
    ),
    path(
        "playbooks/runs/<int:pk>/cancel/",
        runs.RunCancel.as_view(),
        name="run-cancel",
    ),
    path(
        "playbooks/runs/<int:pk>/undo/",
        runs.RunUndo.as_view(),
        name="run-undo",
    ),
    path(
        "playbooks/runs/<int:pk>/discard/",
        runs.RunDiscard.as_view(),
        name="run-discard",
    ),
    path(
        "playbooks/<slug:slug>/",
        pages.PlaybookDetail.as_view(),
        name="playbook-detail",
    ),
    path(
        "playbooks/<slug:slug>/edit/",
        pages.PlaybookEdit.as_view(),
        name="playbook-edit",
    ),
    path(
        "playbooks/<slug:slug>/simulate/",
        pages.PlaybookSimulate.as_view(),
        name="playbook-simulate",
    ),
    path(
        "playbooks/<slug:slug>/plan/",
        pages.PlaybookPlan.as_view(),
        name="playbook-plan",
    ),
    path(
        "reports/",
        reports.ReportList.as_view(),
        name="report-list",
    ),
    path(
        "reports/<int:pk>/",
        reports.ReportDetail.as_view(),
        name="report-detail",
    ),
    path(
        "reports/<int:pk>/<str:form>/",
        reports.ReportDownload.as_view(),
        name="report-download",
    ),
]
