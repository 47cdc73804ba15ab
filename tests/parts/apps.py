"""Registers what the app brings."""

from django.apps import AppConfig


class PartsConfig(AppConfig):
    """Spare parts."""

    name = "tests.parts"
    label = "parts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add subject, verbs, export, navigation and a check of health; limit what its columns take."""
        from outreach_admin import menu
        from outreach_admin.db import limits
        from outreach_admin.watch import checks
        from tests.parts import page  # noqa: F401 - it registers what it declares

        limits.give(self.get_models())
        menu.register(
            menu.Entry("Parts", "tool", "parts:part-list", "parts.view_part", position=90)
        )
        checks.register(checks.Check("parts", lambda: ""))
