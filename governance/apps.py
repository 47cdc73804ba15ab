"""The governance app: hubs, errors, operations, approvals, readiness."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Governance knows nothing of enrichment."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the figures of this app beside its entries in the navigation, and shapes beside its words."""
        from governance.services import counts
        from governance.views import approvals
        from outreach_admin.ui import badges, navigation

        navigation.register_counts(lambda request: counts.navigation())
        navigation.register_counts(approvals.counts)
        badges.register("used", "shield", "good")
        badges.register("withdrawn", "undo", "none")

    def after_migrate(self, using: str) -> None:
        """Add the reference data and rights that came with this version."""
        from governance.reference import sync

        sync.sync(using=using)
