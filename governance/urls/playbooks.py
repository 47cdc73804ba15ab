"""Playbooks, their runs and reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
