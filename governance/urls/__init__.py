"""Addresses of triage, one noun a file."""

from governance.urls import errors, files, operations, overview, playbooks, readiness

app_name = "governance"
urlpatterns = [
    *overview.urlpatterns,
    *errors.urlpatterns,
    *files.urlpatterns,
    *operations.urlpatterns,
    *playbooks.urlpatterns,
    *readiness.urlpatterns,
]
