"""Addresses of enrichment, one noun a file."""

from django.urls import URLPattern

from enrichment.urls import entity, workflows

app_name = "enrichment"
urlpatterns: list[URLPattern] = [
    *entity.urlpatterns,
    *workflows.urlpatterns,
]
