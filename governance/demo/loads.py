"""Loading a demo: only into an empty database, or over another demo that may go.

Another app brings a population of its own: `register(..)` in its `ready()`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone
from psycopg import sql

from governance.demo import checks, past, population, signins
from governance.models import (
    ApprovalPolicy,
    CanonVersion,
    DemoLoad,
    ErrorCode,
    ErrorCount,
    ErrorHour,
    ErrorTable,
    ErrorTally,
    Event,
    Hub,
    JobRun,
    JobStep,
    Playbook,
    PlaybookVersion,
    PurgeConsent,
    ReadinessCheck,
    ReadinessCount,
    ReconciliationCheck,
    RetentionMonth,
    SavedView,
    Schedule,
    Shipped,
)
from outreach_admin.exceptions import Refused


@dataclass(frozen=True)
class Scenario:
    """A population: a module with `LARGEST_SCALE`, `build(copies=, shift=)` and `figures()`.

    `finish` follows once its rows are committed; `occupants` names what it must not meet beside
    rows of the models of its app.
    """

    module: ModuleType
    position: int
    finish: Callable[[], None] | None = None
    occupants: Callable[[], list[str]] = list

    @property
    def app(self) -> str:
        """The app whose tables it fills."""
        return self.module.__name__.partition(".")[0]


BACKLOG = "ops_backlog"
SCENARIOS = {BACKLOG: Scenario(population, position=10)}
# Rows that migrate brings, what follows from them, and what a console that runs writes by itself.
SHIPPED = (
    ApprovalPolicy,
    CanonVersion,
    DemoLoad,
    ErrorCode,
    ErrorCount,
    ErrorHour,
    ErrorTable,
    ErrorTally,
    Event,
    Hub,
    JobRun,
    JobStep,
    Playbook,
    PlaybookVersion,
    PurgeConsent,
    ReadinessCheck,
    ReadinessCount,
    ReconciliationCheck,
    RetentionMonth,
    SavedView,
    Schedule,
    Shipped,
)


class DemoRefused(Refused):
    """The database holds something that a demo must not touch."""


def register(
    name: str,
    module: ModuleType,
    position: int,
    *,
    finish: Callable[[], None] | None = None,
    occupants: Callable[[], list[str]] = list,
) -> None:
    """Add a population, among the others by `position`."""
    SCENARIOS[name] = Scenario(module, position, finish, occupants)
    found = sorted(SCENARIOS.items(), key=lambda item: item[1].position)
    SCENARIOS.clear()
    SCENARIOS.update(found)


def largest_scale(scenarios: Collection[str]) -> int:
    """Return how often all these populations can be multiplied."""
    return min(SCENARIOS[name].module.LARGEST_SCALE for name in scenarios)


def refuse_occupied(scenarios: Collection[str]) -> None:
    """Refuse a database that already holds one of these demos, or anything else than reference data and other demos."""
    loaded = DemoLoad.objects.filter(scenario__in=scenarios)
    if marker := loaded.order_by("loaded_at").first():
        raise DemoRefused(
            f"This database already holds the demo {marker}, loaded {marker.loaded_at:%Y-%m-%d %H:%M} UTC: nothing was changed. Add --reset to begin anew."
        )
    if found := occupants(scenarios):
        raise DemoRefused(
            f"This database already holds {', '.join(found)}: nothing was changed. A demo is loaded into an empty database only."
        )


def occupants(scenarios: Collection[str]) -> list[str]:
    """Name what is in the database beside reference data and what other demos brought."""
    brought = _apps_of_demos()
    people = [] if brought else [get_user_model()]
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_label in _apps() - brought and model not in SHIPPED
    ]
    found = [
        str(model._meta.verbose_name_plural)
        for model in [*people, *ours]
        if model._base_manager.exists()
    ]
    return [*found, *(one for name in scenarios for one in SCENARIOS[name].occupants())]


def _apps() -> set[str]:
    return {"governance", *(scenario.app for scenario in SCENARIOS.values())}


def _apps_of_demos() -> set[str]:
    loaded = DemoLoad.objects.values_list("scenario", flat=True)
    return {SCENARIOS[name].app for name in loaded if name in SCENARIOS}


def begin(scenarios: Collection[str] = (BACKLOG,)) -> None:
    """Migrate; refuses a database that is not empty."""
    call_command("migrate", interactive=False, verbosity=0)
    refuse_occupied(scenarios)


def begin_anew(scenarios: Collection[str] = (BACKLOG,)) -> None:
    """Drop everything of the owner and migrate again; refuses without the mark of a demo in a database that is not empty.

    The demo may be of any version, also one whose database cannot be migrated.
    """
    if holds_demo():
        drop_everything()
    begin(scenarios)


def holds_demo() -> bool:
    """Whether the database bears the mark of a demo, migrated or not."""
    with connection.cursor() as cursor:
        is_there = DemoLoad._meta.db_table in connection.introspection.table_names(cursor)
    return is_there and DemoLoad.objects.exists()


def drop_everything() -> None:
    """Drop whatever the owner has in this database; refuses while others use it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
            cursor.execute(population.statements("drop"))
    except OperationalError as busy:
        raise DemoRefused(
            "Other programs are using this database: nothing was changed. Stop the console and try again."
        ) from busy


def load(scenario: str, *, scale: int, today: datetime | None) -> None:
    """Build one scenario with its users in a single transaction, then give the planner its statistics.

    Every count is multiplied by `scale`; with `today` the newest error lies at the last 08:00 UTC before that moment.
    """
    shift = population.shift_to(today) if today else timedelta()
    with transaction.atomic():
        SCENARIOS[scenario].module.build(copies=scale, shift=shift)
        if not DemoLoad.objects.exists():
            signins.add()
        DemoLoad.objects.create(scenario=scenario, scale=scale, shift=shift)
    others = _apps() - {SCENARIOS[scenario].app}
    with connection.cursor() as cursor:
        filled = [model._meta for model in own_models() if model._meta.app_label not in others]
        tables = [sql.Identifier(meta.db_table) for meta in filled]
        cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.SQL(", ").join(tables)))
    if finish := SCENARIOS[scenario].finish:
        finish()


def add_past(*, today: datetime | None) -> None:
    """Tell what happened on the days before, and of the checks of repositories, in a database that holds the ops backlog."""
    now = timezone.now()
    latest = population.LATEST_ERROR + (population.shift_to(today) if today else timedelta())
    past.play(latest=latest, now=now)
    checks.tell(latest=latest)


def own_models() -> list[type[models.Model]]:
    """Return every model that has a table."""
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
