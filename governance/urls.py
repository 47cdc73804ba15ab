"""Addresses of triage: errors, operations, approvals, playbooks, reports."""

from django.urls import URLPattern

app_name = "governance"
urlpatterns: list[URLPattern] = []
