"""Addresses of triage, one noun a file."""

from governance.urls import (
    companies,
    errors,
    files,
    operations,
    overview,
    playbooks,
    readiness,
    tokens,
    violations,
)

app_name = "governance"
urlpatterns = [
    *overview.urlpatterns,
    *errors.urlpatterns,
    *companies.urlpatterns,
    *files.urlpatterns,
    *operations.urlpatterns,
    *playbooks.urlpatterns,
    *readiness.urlpatterns,
    *tokens.urlpatterns,
    *violations.urlpatterns,
]
