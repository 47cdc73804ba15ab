"""The audit of ingest code."""

from django.urls import URLPattern, path

from enrichment.views import audits, registrations

urlpatterns: list[URLPattern] = [
    path(
        "audit/",
        audits.Audit.as_view(),
        name="audit",
    ),
    path(
        "audit/scan/",
        audits.ScanAgain.as_view(),
        name="audit-scan",
    ),
    path(
        "audit/findings/",
        audits.Findings.as_view(),
        name="audit-findings",
    ),
    path(
        "audit/findings.csv",
        audits.FindingsFile.as_view(),
        name="audit-file",
    ),
    path(
        "audit/register/",
        registrations.Register.as_view(),
        name="audit-register",
    ),
    path(
        "audit/register-all/",
        registrations.RegisterAll.as_view(),
        name="audit-register-all",
    ),
    path(
        "audit/findings/<int:pk>/waive/",
        audits.Waive.as_view(),
        name="audit-waive",
    ),
]
