"""The population of the ops backlog: built set-based by the files in sql/.

Source: seed 'Ops Backlog Cleanup Report'; every figure follows from the ranges in sql/layout.sql.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

HERE = Path(__file__).resolve().parent
STEPS = (
    "words",
    "layout",
    "companies",
    "hubs",
    "errors",
    "derived",
    "transitions",
)
LATEST_ERROR = datetime(2026, 1, 8, 8, 0, tzinfo=UTC)
LARGEST_SCALE = 24  # there are names for a million companies

# What their triggers do a statement at a time is done by sql/derived.sql in one go.
FILLED = [
    "outreach",
    "companymaster",
    "companytarget",
    "dolfiling",
    "blogcontent",
    "bitscore",
    "companyslot",
    "person",
    "huberror",
    "readiness",
]
# Indexes and foreign keys are cheaper to build over a million rows than to keep while they come.
LATE_RULED = [*FILLED, "errortext", "event", "tiertransition"]


def shift_to(today: datetime) -> timedelta:
    """Return how far all times move so that the newest error lies at the last 08:00 UTC up to that moment, never after it."""
    morning = datetime.combine(today.astimezone(UTC).date(), time(8), tzinfo=UTC)
    return (morning if morning <= today else morning - timedelta(days=1)) - LATEST_ERROR


def build(*, copies: int, shift: timedelta) -> None:
    """Fill an empty database with that many copies of the population.

    Needs an open transaction of the tables' owner; with a shift, spine rows later than the newest error are put beside it.
    """
    with (
        connection.cursor() as cursor,
        silenced_triggers(cursor, tables(FILLED)),
        late_rules(cursor),
    ):
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        # an index cannot be built while deferred foreign keys wait for the end
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        plan = "CREATE TEMP TABLE demo_plan ON COMMIT DROP AS SELECT %s::int AS copies, %s::interval AS shift, %s::timestamptz AS latest, %s::timestamptz AS latest_error"
        cursor.execute(
            plan,
            [
                copies,
                shift,
                LATEST_ERROR + shift if shift else None,
                LATEST_ERROR + shift,
            ],
        )
        take_audit_sample(cursor)
        for step in STEPS:
            cursor.execute(statements(step))


def figures() -> list[tuple[str, int]]:
    """Return what the population amounts to, by query: each line of the table it was built from, and its count."""
    with connection.cursor() as cursor:
        cursor.execute(statements("figures"))
        return list(cursor.fetchall())


def statements(name: str) -> str:
    """Return the text of one file of sql/."""
    return (HERE / "sql" / f"{name}.sql").read_text()


def take_audit_sample(cursor: CursorWrapper) -> None:
    """Lay down the errors that the seed's report prints with their real ids, by position in the layout."""
    with (HERE / "ops_backlog_audit.csv").open() as lines:
        rows = [
            (row["position"], row["error_id"], row["outreach_id"]) for row in csv.DictReader(lines)
        ]
    cursor.execute(
        "CREATE TEMP TABLE demo_audit (position int, error_id uuid, outreach_id uuid) ON COMMIT DROP"
    )
    cursor.executemany("INSERT INTO demo_audit VALUES (%s, %s, %s)", rows)


@contextmanager
def silenced_triggers(cursor: CursorWrapper, silenced: list[str]) -> Iterator[None]:
    """Switch the triggers of these tables off for the length of a block, those that were on."""
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgrelid = ANY (%s::regclass[]) AND NOT tgisinternal AND tgenabled = 'O' ORDER BY 1, 2",
        [silenced],
    )
    triggers = cursor.fetchall()
    for verb in ("DISABLE", "ENABLE"):
        for table, trigger in triggers:
            cursor.execute(
                sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                    sql.Identifier(table), sql.SQL(verb), sql.Identifier(trigger)
                )
            )
        if verb == "DISABLE":
            yield


@contextmanager
def late_rules(cursor: CursorWrapper) -> Iterator[None]:
    """Take indexes and constraints away, primary keys and checks excepted, and put them back at the end of a block, as they were."""
    cursor.execute(statements("rules"), [tables(LATE_RULED)] * 2)
    rules = cursor.fetchall()
    for _, removal in reversed(rules):
        cursor.execute(removal)
    yield
    for definition, _ in rules:
        cursor.execute(definition)


def tables(names: list[str]) -> list[str]:
    """Return the tables of these models."""
    return [f"governance_{name}" for name in names]
