"""The base of the endpoints as an app: it keeps the first answers of requests that must not be done twice."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Holds one table."""

    name = "outreach_admin.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Limit what its columns take."""
        from outreach_admin.db import limits

        limits.give(self.get_models())
