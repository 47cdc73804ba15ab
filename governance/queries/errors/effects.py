"""What clearing groups of open errors would do, counted in one statement over their rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, models

from governance.models import HubError
from governance.queries.errors.groups import Key, key_of

DAYS = 14
KEPT = (
    "companies",
    "last_blocker",
    "gates",
    "anchors",
    "missing",
    "first_seen",
    "last_seen",
    "days",
    "queued",
    "ahead",
)


@dataclass(frozen=True)
class Effect:
    """What clearing a group would change, and when its errors came.

    `last_blocker`: companies that nothing else would block; `gates`: of these, those that could be promoted to
    Outreach; `missing`: those that could not, because the anchor, DOL or people is not done, each company under the
    first of them; `anchors`: failed company targets that could run again. `days`: rows created on each of the last 14 days.
    `queued`: numbers of tries whose rows in retry all have an attempt ahead, with the moment of the first one;
    `ahead`: those of which any has one, with the moment of the last one.
    `at_least` where only some rows were read, `gates_at_least` where that concerns gates and anchors too;
    `counted_at` where it was not counted for this page.
    """

    companies: int
    last_blocker: int
    gates: int
    anchors: int
    first_seen: datetime
    last_seen: datetime
    days: tuple[int, ...]
    missing: tuple[int, ...] = (0, 0, 0)
    queued: dict[int, datetime] = field(default_factory=dict)
    ahead: dict[int, datetime] = field(default_factory=dict)
    at_least: bool = False
    gates_at_least: bool = False
    counted_at: datetime | None = None

    def queued_at(self, at: datetime) -> dict[int, bool]:
        """Return the numbers of tries whose rows in retry wait for an attempt at that moment: all of them, or only some."""
        ahead = {tries: False for tries, last in self.ahead.items() if last > at}
        return ahead | {tries: True for tries, first in self.queued.items() if first > at}


READ = (
    "error_table",
    "outreach_id",
    "blocks",
    "created_at",
    "disposition",
    "retry_count",
    "next_retry_at",
)
# days cannot be counted to infinity
FINITE = "least(greatest(m.created_at, '1900-01-01 00:00:00+00'), '9999-12-31 00:00:00+00')"
EFFECT = """
WITH mine AS MATERIALIZED ({rows}),
companies AS (
    SELECT {mine}, m.outreach_id, count(*) FILTER (WHERE m.blocks) AS n,
        count(*) FILTER (WHERE m.blocks AND governance.gate_of(t.hub_id) = 'ct') AS ct,
        count(*) FILTER (WHERE m.blocks AND governance.gate_of(t.hub_id) = 'dol') AS dol,
        count(*) FILTER (WHERE m.blocks AND governance.gate_of(t.hub_id) = 'people') AS people
    FROM mine m JOIN governance_errortable t ON t.name = m.error_table
    WHERE m.outreach_id IS NOT NULL GROUP BY {mine}, m.outreach_id),
cleared AS (
    SELECT {dims}, count(*) AS companies,
        count(*) FILTER (WHERE governance.unblocks(r, c.n)) AS last_blocker,
        count(*) FILTER (WHERE governance.opens_promotion(r, c.ct, c.dol, c.people)) AS gates,
        count(*) FILTER (WHERE r.ct_status = 'failed' AND governance.unblocks(r, c.n)) AS anchors,
        count(*) FILTER (WHERE NOT r.ct_done AND governance.unblocks(r, c.n)) AS no_ct,
        count(*) FILTER (
            WHERE r.ct_done AND NOT r.dol_done AND governance.unblocks(r, c.n)) AS no_dol,
        count(*) FILTER (
            WHERE r.ct_done AND r.dol_done AND NOT r.people_done AND governance.unblocks(r, c.n)) AS no_people
    FROM companies c LEFT JOIN governance_readiness r USING (outreach_id) GROUP BY {dims}),
seen AS (
    SELECT {dims}, min(first) AS first, max(last) AS last, array_agg(n) AS counted, array_agg(days_ago) AS days_ago,
        array_agg(tries) AS tries, array_agg(due) AS due, array_agg(queued) AS queued,
        array_agg(ahead) AS ahead
    FROM (
        SELECT {mine}, least(greatest(%s::date - ({created} AT TIME ZONE 'UTC')::date, -1), {days}) AS days_ago,
            m.retry_count AS tries, count(*) AS n, min(m.created_at) AS first, max(m.created_at) AS last,
            count(*) FILTER (WHERE m.disposition = 'RETRY' AND (m.next_retry_at > %s) IS NOT TRUE) AS due,
            min(least(m.next_retry_at, '9999-12-31 00:00:00+00'))
                FILTER (WHERE m.disposition = 'RETRY' AND m.next_retry_at > %s) AS queued,
            max(least(m.next_retry_at, '9999-12-31 00:00:00+00'))
                FILTER (WHERE m.disposition = 'RETRY' AND m.next_retry_at > %s) AS ahead
        FROM mine m GROUP BY {mine}, days_ago, tries) d
    GROUP BY {dims})
SELECT {dims}, companies, last_blocker, gates, anchors, no_ct, no_dol, no_people,
    first, last, counted, days_ago, tries, due, queued, ahead
FROM seen LEFT JOIN cleared USING ({dims})
"""
COUNTED = 7


def counted(
    rows: models.QuerySet[HubError],
    dims: Sequence[str],
    *,
    at: datetime,
    at_most: int | None = None,
    at_least: int = 0,
) -> dict[Key, Effect]:
    """Count for every group among the rows that has `at_least` so many of them; `at_most` so many rows are read."""
    names = dict.fromkeys([*dims, *READ])
    sql, params = rows.order_by().values(*names)[:at_most].query.sql_with_params()
    statement = EFFECT.format(
        rows=sql,
        dims=", ".join(dims),
        mine=", ".join(f"m.{name}" for name in dims),
        days=DAYS,
        created=FINITE,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, at.date(), at, at, at])
        found = cursor.fetchall()
    effects = {}
    for row in found:
        key, facts = key_of(row[: len(dims)]), row[len(dims) :]
        number = sum(facts[COUNTED + 2])
        if number >= at_least:
            effects[key] = _effect(facts, at_least=at_most is not None and number >= at_most)
    return effects


def _effect(facts: Sequence[Any], *, at_least: bool) -> Effect:
    companies, last_blocker, gates, anchors, *missing = (count or 0 for count in facts[:COUNTED])
    first, last, rows, days_ago, tries, due, queued, ahead = facts[COUNTED:]
    attempts = _attempts(zip(tries, due, queued, ahead, strict=True))
    by_day: Counter[int] = Counter()
    for ago, number in zip(days_ago, rows, strict=True):
        by_day[ago] += number
    return Effect(
        companies,
        last_blocker,
        gates,
        anchors,
        first,
        last,
        days=tuple(by_day[ago] for ago in reversed(range(DAYS))),
        missing=tuple(missing),
        queued=attempts[0],
        ahead=attempts[1],
        at_least=at_least,
        gates_at_least=at_least,
    )


Attempts = dict[int, datetime]


def _attempts(
    cells: Iterable[tuple[int, int, datetime | None, datetime | None]],
) -> tuple[Attempts, Attempts]:
    """Give the first attempt ahead of the numbers of tries without a row that is due, and the last one of all."""
    awake = set()
    first: Attempts = {}
    last: Attempts = {}
    for tries, due, queued, ahead in cells:
        if due:
            awake.add(tries)
        if queued and ahead:
            first[tries] = min(queued, first.get(tries, queued))
            last[tries] = max(ahead, last.get(tries, ahead))
    return (
        {tries: first[tries] for tries in sorted(first.keys() - awake)},
        dict(sorted(last.items())),
    )


def written(key: Key) -> list[Any]:
    """Write a key as JSON holds it."""
    return [
        part.hex() if isinstance(part, bytes) else f"{part}" if isinstance(part, date) else part
        for part in key
    ]


def facts_of(effect: Effect) -> dict[str, Any]:
    """Write an effect as JSON holds it."""
    facts = {name: value for name, value in asdict(effect).items() if name in KEPT}
    for name in ("first_seen", "last_seen"):
        facts[name] = facts[name].isoformat()
    for name in ("queued", "ahead"):
        attempts = getattr(effect, name)
        facts[name] = {tries: moment.isoformat() for tries, moment in attempts.items()}
    return facts


def effect_of(facts: dict[str, Any], counted_at: datetime) -> Effect | None:
    """Read an effect back; None where another version wrote less of it."""
    if facts.keys() != set(KEPT):
        return None
    read = dict(facts)
    for name in ("first_seen", "last_seen"):
        read[name] = datetime.fromisoformat(facts[name])
    for name in ("days", "missing"):
        read[name] = tuple(facts[name])
    for name in ("queued", "ahead"):
        attempts = facts[name].items()
        read[name] = {int(tries): datetime.fromisoformat(moment) for tries, moment in attempts}
    return Effect(**read, counted_at=counted_at)
