"""Addresses of enrichment, one noun a file."""

from django.urls import URLPattern

from enrichment.urls import audits, coverage, entity, runs, workflows

app_name = "enrichment"
urlpatterns: list[URLPattern] = [
    *audits.urlpatterns,
    *coverage.urlpatterns,
    *entity.urlpatterns,
    *runs.urlpatterns,
    *workflows.urlpatterns,
]
