"""The governance app: hubs, errors, operations, approvals, readiness."""

from django.apps import AppConfig

# words that governance shows as states: their shape and their tone
LOOKS = {
    "done_in_part": ("warn", "warn"),
    "late": ("clock", "bad"),
    "legal_hold": ("lock", "warn"),
    "nothing_done": ("warn", "warn"),
    "nothing_to_do": ("minus", "none"),
    "undone": ("undo", "none"),
    "undone_in_part": ("undo", "warn"),
    "used": ("shield", "good"),
    "void": ("blocked", "none"),
    "withdrawn": ("undo", "none"),
}


class GovernanceConfig(AppConfig):
    """Governance knows nothing of enrichment."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the figures of this app beside its entries in the navigation, and shapes beside its words; limit what its columns take."""
        from governance.menu import ENTRIES
        from governance.queries import search as found
        from governance.resources import hubexports, violations  # noqa: F401 - they register their exports
        from governance.services.files import scheduled  # noqa: F401 - it registers its job
        from governance.verbs import archives, errors, holds, hubs, imports, jobs, purges, targets  # noqa: F401 - they register their verbs
        from governance.verbs import violations as verbs  # noqa: F401
        from governance.views import navigation
        from outreach_admin import menu
        from outreach_admin.db import limits
        from outreach_admin.lists import search
        from outreach_admin.ui import badges

        limits.give(self.get_models())

        menu.register(*ENTRIES)
        menu.register_counts(navigation.backlog)
        menu.register_counts(navigation.waiting)
        search.register(*found.KINDS)
        for word, look in LOOKS.items():
            badges.register(word, *look)
        self.keep_house()
        self.watch()
        self.inform_the_guard()

    def keep_house(self) -> None:
        """Add the jobs that look after the console itself."""
        from governance.services.jobs import registry, upkeep

        registry.register(*upkeep.JOBS)

    def inform_the_guard(self) -> None:
        """Let the guard know what the ledger knows, and what people have agreed to; keep what it refuses."""
        from governance.canon import lookups
        from governance.queries.canon import lookedup
        from governance.services.canon import agreements, violations

        lookups.register_attempts(lookedup.made)
        lookups.register_approvals(lookedup.is_agreed)
        lookups.register_spending(agreements.spend)
        lookups.register_recorder(violations.record)

    def watch(self) -> None:
        """Let health tell of readiness that is not as defined, late and failed jobs, and errors that are nowhere."""
        from governance.queries.archives import accounts
        from governance.queries.jobs import failures, lateness
        from governance.queries.readiness import drift, due
        from outreach_admin.watch.checks import Check, Server, register

        means = {
            "readiness": "Tell the platform team: rebuild_readiness mends it, figures may be wrong until then",
            "counting": "Their gates say no until then: look for a transaction that somebody left open",
            "jobs": "Run them now on the jobs page, which makes up for it, and tell the platform team: the schedule may stand still",
            "runs": "Open the run to see what failed; the rest is done, and the next one tries again",
            "errors": "Tell the platform team: rows were written or deleted behind the triggers",
        }
        problems = {
            "readiness": drift.problem,
            "counting": due.problem,
            "jobs": lateness.problem,
            "runs": failures.problem,
            "errors": accounts.problem,
        }
        for name, problem in problems.items():
            register(Check(name, problem, Server.POSTGRESQL, means=means[name], strains=True))

    def after_migrate(self, using: str) -> None:
        """Add the reference data and rights that came with this version."""
        from governance.reference import sync

        sync.sync(using=using)
