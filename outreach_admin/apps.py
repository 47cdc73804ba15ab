"""The project itself as an app: its commands and its templates."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class OutreachAdminConfig(AppConfig):
    """Holds the configured Celery app, so that whoever sends a task reaches the broker of the settings."""

    name = "outreach_admin"
    verbose_name = "Outreach Ops"

    def ready(self) -> None:
        """Make the Celery app of the settings the one that tasks are sent through; add the checks of health."""
        from outreach_admin.celery import app
        from outreach_admin.watch import checks, parts

        app.set_default()
        checks.register(*parts.CHECKS)


class ReferenceConfig(AdminConfig):
    """The admin app with the console's own site."""

    default_site = "outreach_admin.reference.ReferenceSite"
