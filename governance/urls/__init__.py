"""Addresses of triage, one noun a file."""

from governance.urls import companies, errors, files, operations, overview, playbooks

app_name = "governance"
urlpatterns = [
    *overview.urlpatterns,
    *companies.urlpatterns,
    *errors.urlpatterns,
    *files.urlpatterns,
    *operations.urlpatterns,
    *playbooks.urlpatterns,
]
