"""Addresses under /api/enrichment/."""

from django.urls import URLPattern

from enrichment.api import status
from outreach_admin.api.urls import both

app_name = "enrichment-api"
urlpatterns: list[URLPattern] = [
    *both("status/", status.Status, "status"),
    *both("status/list/", status.StatusList, "status-list"),
]
