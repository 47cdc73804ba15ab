"""The enrichment app: registry, runs, status, coverage."""

from pathlib import Path

import yaml
from django.apps import AppConfig

# words that enrichment shows as states: their shape and their tone
LOOKS: dict[str, tuple[str, str]] = {
    "active": ("check", "good"),
    "inactive": ("minus", "none"),
}
REFERENCE = Path(__file__).resolve().parent / "reference"
GROUPS = REFERENCE / "groups.yaml"
VIEWS = REFERENCE / "saved_views.yaml"


class EnrichmentConfig(AppConfig):
    """Registers what enrichment brings; governance knows nothing of it."""

    name = "enrichment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add navigation, words, subjects, verbs and checks of health; limit what the columns take."""
        from enrichment import subjects  # noqa: F401 - it registers what operations can act on
        from enrichment.menu import ENTRIES
        from enrichment.queries.entity import search as entity
        from enrichment.resources.runs import RUNS
        from enrichment.sections import SECTIONS
        from enrichment.services import counters
        from enrichment.verbs import workflows  # noqa: F401 - it registers its verbs
        from governance.resources import exports
        from governance.services import chores, housekeeping
        from outreach_admin import menu
        from outreach_admin.db import limits
        from outreach_admin.lists import search
        from outreach_admin.ui import badges, sections

        exports.register(RUNS)
        limits.give(self.get_models())
        menu.register(*ENTRIES)
        sections.register(*SECTIONS)
        search.register(*entity.KINDS)
        housekeeping.register(
            "folding counters of coverage",
            lambda: chores.alone(counters.fold),
        )
        for word, look in LOOKS.items():
            badges.register(word, *look)

    def after_migrate(self, using: str) -> None:
        """Give the groups the rights and the team the views that came with this version."""
        from governance.reference import sync

        sync.add_groups(yaml.safe_load(GROUPS.read_text()), using=using)
        sync.add_views(yaml.safe_load(VIEWS.read_text()), using=using)
