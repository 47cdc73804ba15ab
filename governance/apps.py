"""The governance app: hubs, errors, operations, approvals, readiness."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Governance knows nothing of enrichment."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the navigation what to count."""
        from governance.views import approvals
        from outreach_admin.ui.navigation import register_counts

        register_counts(approvals.counts)
