"""Addresses under /api/enrichment/."""

from django.urls import URLPattern

app_name = "enrichment-api"
urlpatterns: list[URLPattern] = []
