"""The addresses of the console."""

from django.urls import path

from outreach_admin import health

handler500 = "outreach_admin.faults.server_error"

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
]
