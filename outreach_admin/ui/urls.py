"""Addresses of the look itself: preferences and keyboard help."""

from django.urls import path

from outreach_admin.ui.pages.preferences import KeyboardHelp, SetPreference
from outreach_admin.ui.pages.search import Search

app_name = "ui"
urlpatterns = [
    path("preferences/", SetPreference.as_view(), name="preferences"),
    path("search/", Search.as_view(), name="search"),
    path("keys/", KeyboardHelp.as_view(), name="keys"),
]
