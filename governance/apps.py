"""The governance app: hubs, errors, operations, approvals, readiness."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Governance knows nothing of enrichment."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"
