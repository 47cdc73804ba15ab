"""Addresses of the look itself: preferences and keyboard help."""

from django.urls import path

from outreach_admin.ui.pages.preferences import KeyboardHelp, SetPreference

app_name = "ui"
urlpatterns = [
    path("preferences/", SetPreference.as_view(), name="preferences"),
    path("keys/", KeyboardHelp.as_view(), name="keys"),
]
