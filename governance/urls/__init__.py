"""Addresses of triage, one noun a file."""

from governance.urls import (
    canon,
    companies,
    errors,
    files,
    jobs,
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
    *canon.urlpatterns,
    *companies.urlpatterns,
    *files.urlpatterns,
    *jobs.urlpatterns,
    *operations.urlpatterns,
    *playbooks.urlpatterns,
    *readiness.urlpatterns,
    *tokens.urlpatterns,
    *violations.urlpatterns,
]
