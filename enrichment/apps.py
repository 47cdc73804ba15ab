"""The enrichment app: registry, runs, status, coverage."""

from pathlib import Path

import yaml
from django.apps import AppConfig

# words that enrichment shows as states: their shape and their tone
LOOKS: dict[str, tuple[str, str]] = {
    "active": ("check", "good"),
    "inactive": ("minus", "none"),
    "completed": ("resolved", "good"),
    "stale": ("warn", "warn"),
    "not run": ("missing", "none"),
}
REFERENCE = Path(__file__).resolve().parent / "reference"
GROUPS = REFERENCE / "groups.yaml"
SCHEDULES = REFERENCE / "schedules.yaml"
VIEWS = REFERENCE / "saved_views.yaml"


class EnrichmentConfig(AppConfig):
    """Registers what enrichment brings; governance knows nothing of it."""

    name = "enrichment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add navigation, words, subjects, verbs, jobs and checks of health; limit what the columns take."""
        from enrichment import subjects  # noqa: F401 - it registers what operations can act on
        from enrichment.charts import figures
        from enrichment.menu import ENTRIES
        from enrichment.queries import search as registry
        from enrichment.queries.entity import search as entity
        from enrichment.resources.runs import RUNS
        from enrichment.resources.workflows import WORKFLOWS
        from enrichment.sections import SECTIONS
        from enrichment.verbs import arrivals, entries, workflows  # noqa: F401 - they register their verbs
        from governance.resources import exports
        from outreach_admin import menu
        from outreach_admin.db import limits
        from outreach_admin.lists import search
        from outreach_admin.ui import badges
        from outreach_admin.ui.parts import overview, sections

        exports.register(RUNS, WORKFLOWS)
        limits.give(self.get_models())
        menu.register(*ENTRIES)
        sections.register(*SECTIONS)
        search.register(*entity.KINDS, *registry.KINDS)
        for word, look in LOOKS.items():
            badges.register(word, *look)
        overview.register(figures.line)
        self.keep_house()
        self.watch_counters()
        self.watch_warehouse()
        self.bring_demo()

    def keep_house(self) -> None:
        """Add the jobs, and what has to be done every minute."""
        from enrichment import jobs
        from enrichment.services.figures import counters
        from governance.services import chores, housekeeping
        from governance.services.jobs import registry

        registry.register(*jobs.JOBS)
        housekeeping.register("folding counters of coverage", lambda: chores.alone(counters.fold))

    def bring_demo(self) -> None:
        """Add the demo of the warehouse, where the warehouse is the console's own database."""
        from enrichment.demo import days, population
        from enrichment.warehouse import connection
        from governance.demo import loads

        def finish() -> None:
            population.finish()
            days.build()

        if not connection.is_apart():
            loads.register(
                "warehouse",
                population,
                position=20,
                finish=finish,
                occupants=population.occupants,
            )

    def watch_warehouse(self) -> None:
        """Let health tell that the warehouse does not answer, or that nothing is taken over from it."""
        from enrichment.queries import entities
        from enrichment.warehouse import health
        from outreach_admin.watch.checks import Check, Server, register

        register(
            Check(
                "warehouse",
                health.problem,
                means="Runs and states work; what looks into the warehouse waits until it is back",
                strains=True,
            ),
            Check(
                "entities",
                entities.problem,
                Server.POSTGRESQL,
                means="Coverage counts the companies and people of then; tell the platform team",
                strains=True,
            ),
        )

    def watch_counters(self) -> None:
        """Let health tell that the counters of coverage differed from what they count."""
        from enrichment.queries.figures import drift
        from outreach_admin.watch.checks import Check, Server, register

        register(
            Check(
                "coverage",
                drift.problem,
                Server.POSTGRESQL,
                means="Tell the platform team: recount_coverage mends it, figures may be wrong until then",
                strains=True,
            )
        )

    def before_objects(self, using: str) -> list[str]:
        """Make room for the views that a warehouse in the same database has tables of."""
        from enrichment.warehouse import earlier

        return earlier.set_aside(using=using)

    def after_migrate(self, using: str) -> None:
        """Give the groups the rights, the team the views and the jobs the schedules that came with this version."""
        from governance.reference import sync

        sync.add_groups(yaml.safe_load(GROUPS.read_text()), using=using)
        sync.add_schedules(yaml.safe_load(SCHEDULES.read_text()), using=using)
        sync.add_views(yaml.safe_load(VIEWS.read_text()), using=using)
