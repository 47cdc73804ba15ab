"""Loading a demo: only into an empty database, or over another demo that may go."""

from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone
from psycopg import sql

from governance.demo import past, population, signins
from governance.models import (
    ApprovalPolicy,
    DemoLoad,
    ErrorCode,
    ErrorCount,
    ErrorHour,
    ErrorTable,
    Event,
    Hub,
    Playbook,
    PlaybookVersion,
    ReadinessCount,
    SavedView,
    Shipped,
)
from outreach_admin.exceptions import Refused

SCENARIOS = {"ops_backlog": population}
# Rows that migrate brings, and what follows from them.
SHIPPED = (
    ApprovalPolicy,
    DemoLoad,
    ErrorCode,
    ErrorCount,
    ErrorHour,
    ErrorTable,
    Event,
    Hub,
    Playbook,
    PlaybookVersion,
    ReadinessCount,
    SavedView,
    Shipped,
)


class DemoRefused(Refused):
    """The database holds something that a demo must not touch."""


def refuse_occupied() -> None:
    """Refuse a database that already holds a demo or anything else than reference data."""
    if marker := DemoLoad.objects.order_by("loaded_at").first():
        raise DemoRefused(
            f"This database already holds the demo {marker}, loaded {marker.loaded_at:%Y-%m-%d %H:%M} UTC: nothing was changed. Add --reset to begin anew."
        )
    if found := occupants():
        raise DemoRefused(
            f"This database already holds {', '.join(found)}: nothing was changed. A demo is loaded into an empty database only."
        )


def occupants() -> list[str]:
    """Name what is in the database beside reference data."""
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("governance", "enrichment") and model not in SHIPPED
    ]
    return [
        str(model._meta.verbose_name_plural)
        for model in [get_user_model(), *ours]
        if model._base_manager.exists()
    ]


def begin() -> None:
    """Migrate; refuses a database that is not empty."""
    call_command("migrate", interactive=False, verbosity=0)
    refuse_occupied()


def begin_anew() -> None:
    """Drop everything of the owner and migrate again; refuses without the mark of a demo in a database that is not empty.

    The demo may be of any version, also one whose database cannot be migrated.
    """
    if holds_demo():
        drop_everything()
    begin()


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
        SCENARIOS[scenario].build(copies=scale, shift=shift)
        signins.add()
        DemoLoad.objects.create(scenario=scenario, scale=scale, shift=shift)
    with connection.cursor() as cursor:
        tables = [sql.Identifier(model._meta.db_table) for model in own_models()]
        cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.SQL(", ").join(tables)))


def add_past(*, today: datetime | None) -> None:
    """Tell what happened on the days before, in a database that holds the ops backlog."""
    now = timezone.now()
    latest = population.LATEST_ERROR + (population.shift_to(today) if today else timedelta())
    past.play(latest=latest, now=now)


def own_models() -> list[type[models.Model]]:
    """Return every model that has a table."""
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
