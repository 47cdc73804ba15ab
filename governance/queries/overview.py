"""What needs attention now, in a dozen queries whatever the size of the backlog."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum, Value

from governance.models import (
    Approval,
    ErrorCode,
    ErrorCount,
    ErrorTable,
    HubError,
    Operation,
    PlaybookRun,
    Report,
    Tier,
)
from governance.models.errors import OPEN_DISPOSITIONS
from governance.models.events import CAME_IN
from governance.queries import tokens
from governance.queries.companies import standing
from governance.queries.operations import leftovers
from outreach_admin.lists.tallies import Cube

SOON = timedelta(hours=48)
LATELY = timedelta(hours=24)
CAUSES = 8
LATEST = 6
SHOWN = 5
AT_MOST = 10_000
FAILED_AT_MOST = 20
LEVELS = (1, 2, 3)
COUNTED = 1_000
# what began in place of a plan after it was rejected, whoever began it and whether or not it needed a request
_LATER = Q(started_at__gt=OuterRef("decided_at"))
_OPERATIONS_INSTEAD = Operation.objects.filter(
    _LATER,
    Q(retries=OuterRef("operation")) | Q(undoes=OuterRef("operation__undoes")),
)
_RUNS_INSTEAD = PlaybookRun.objects.filter(
    _LATER,
    version__playbook=OuterRef("playbook_run__version__playbook"),
    undoes=None,
)
_UNDOS_INSTEAD = PlaybookRun.objects.filter(
    _LATER,
    undoes=OuterRef("playbook_run__undoes"),
)
# as the index event_outside has it; each transaction is found by one step into that index
OUTSIDE = f"""actor IS NULL AND NOT (action IN {CAME_IN})
    AND (at AT TIME ZONE 'UTC')::date = %(day)s"""
OUTSIDE_CHANGES = f"""
    WITH RECURSIVE latest AS (
        (SELECT txid, 1 AS place FROM governance_event
        WHERE {OUTSIDE} ORDER BY txid DESC LIMIT 1)
        UNION ALL
        SELECT before.txid, l.place + 1
        FROM latest l
        CROSS JOIN LATERAL (
            SELECT txid FROM governance_event
            WHERE {OUTSIDE} AND txid < l.txid ORDER BY txid DESC LIMIT 1) before
        WHERE l.place < {SHOWN})
    SELECT latest.txid, summed.*
    FROM latest
    CROSS JOIN LATERAL (
        SELECT min(db_user) AS db_user, least(count(*), {COUNTED}) AS rows,
            count(*) > {COUNTED} AS is_least, max(at) AS last,
            min(action) AS what, count(DISTINCT action) AS kinds
        FROM (
            SELECT db_user, at, action FROM governance_event
            WHERE {OUTSIDE} AND txid = latest.txid LIMIT {COUNTED + 1}) one) summed
    ORDER BY last DESC"""


@dataclass
class Cause:
    """Open errors of one code in one table."""

    error_table: str
    code: str
    title: str = ""
    retry: int = 0
    parked: int = 0

    @property
    def rows(self) -> int:
        return self.retry + self.parked

    @property
    def words(self) -> str:
        return f"{self.code}: {self.retry:,} in retry, {self.parked:,} parked"


@dataclass
class Owned:
    """Open errors of one hub that one team looks after, with the parked ones by escalation level."""

    hub: str
    owner: str
    retry: int = 0
    parked: int = 0
    levels: Counter[int] = field(default_factory=Counter)

    @property
    def by_level(self) -> list[tuple[int, int]]:
        return [(level, self.levels[level]) for level in LEVELS]


@dataclass
class Backlog:
    """Open errors from the counters: by cause, by hub and owner, blocking ones apart."""

    causes: list[Cause]
    owners: list[Owned]
    blocking_retry: int
    blocking_parked: int
    levels: Counter[int]

    @property
    def rows(self) -> int:
        return sum(owned.retry + owned.parked for owned in self.owners)

    @property
    def blocking(self) -> int:
        return self.blocking_retry + self.blocking_parked


def backlog() -> Backlog:
    """Read the open errors from the counters. Three queries."""
    counters = (
        ErrorCount.objects.filter(disposition__in=OPEN_DISPOSITIONS)
        .order_by()
        .values("error_table", "code", "disposition", "blocks", "owner", "escalation_level")
    )
    cells: list[dict[str, Any]] = [
        dict(cell) for cell in counters.annotate(total=Sum("rows")).exclude(total=0)
    ]
    hubs = dict(ErrorTable.objects.values_list("name", "hub__name"))
    found = Backlog([], [], 0, 0, Counter())
    causes: dict[tuple[str, str], Cause] = {}
    owners: dict[tuple[str, str], Owned] = {}
    for cell in cells:
        hub = hubs.get(cell["error_table"]) or "Platform"
        cause = causes.setdefault(
            (cell["error_table"], cell["code"]), Cause(cell["error_table"], cell["code"])
        )
        owned = owners.setdefault((hub, cell["owner"]), Owned(hub, cell["owner"]))
        _add(found, cause, owned, cell)
    found.causes = _titled(
        sorted(causes.values(), key=lambda cause: (-cause.rows, cause.code))[:CAUSES]
    )
    found.owners = sorted(
        owners.values(), key=lambda owned: (-owned.parked, -owned.retry, owned.hub)
    )
    return found


def _add(found: Backlog, cause: Cause, owned: Owned, cell: dict[str, Any]) -> None:
    rows, is_parked = cell["total"], cell["disposition"] == "PARKED"
    name = "parked" if is_parked else "retry"
    setattr(cause, name, getattr(cause, name) + rows)
    setattr(owned, name, getattr(owned, name) + rows)
    if cell["blocks"] and is_parked:
        found.blocking_parked += rows
    elif cell["blocks"]:
        found.blocking_retry += rows
    if is_parked and cell["escalation_level"]:
        owned.levels[cell["escalation_level"]] += rows
        found.levels[cell["escalation_level"]] += rows


def _titled(causes: list[Cause]) -> list[Cause]:
    titles = dict(
        ErrorCode.objects.filter(code__in=[cause.code for cause in causes]).values_list(
            "code", "title"
        )
    )
    for cause in causes:
        cause.title = titles.get(cause.code, "Unregistered code.")
    return causes


@dataclass
class Companies:
    """Companies by tier, and how many could be promoted to Outreach."""

    cube: Cube

    @property
    def tiers(self) -> dict[Tier, int]:
        return {tier: self.cube.total({"tier": {tier.value}}).count for tier in Tier}

    @property
    def promotable(self) -> int:
        return self.cube.total({"promotable": {"true"}}).count

    @property
    def total(self) -> int:
        return self.cube.total({}).count


def companies() -> Companies:
    """Read the counters of companies. One query."""
    return Companies(standing.kept(("tier", "promotable")))


@dataclass
class Work:
    """Operations and playbook runs of the last time, the newest first, and what of it stands still.

    `failed` are those with failed rows that can still be done, and how many.
    """

    latest: list[Operation | PlaybookRun]
    mine: list[Operation | PlaybookRun]
    held: list[Operation]
    failed: list[tuple[Operation, int]]


def work(user: User, *, at: datetime) -> Work:
    """Read what runs, waits, stands still or ended lately. Three queries, one more where rows failed."""
    lately = Q(finished_at=None) | Q(finished_at__gte=at - LATELY)
    operations = list(
        Operation.objects.filter(lately)
        .with_undo()
        .select_related("requester")
        .order_by("-pk")[:200]
    )
    runs = list(
        PlaybookRun.objects.filter(lately)
        .select_related("requester", "version__playbook")
        .prefetch_related(Prefetch("operations", Operation.objects.with_undo()))
        .order_by("-pk")[:50]
    )
    alone = (operation for operation in operations if not operation.playbook_run_id)
    whole: list[Operation | PlaybookRun] = [*alone, *runs]
    failed = [operation for operation in operations if operation.failed and operation.is_final]
    left = leftovers.failed(failed[:FAILED_AT_MOST])
    whole.sort(key=lambda one: one.created_at, reverse=True)
    return Work(
        latest=sorted(whole, key=_prominence, reverse=True)[:LATEST],
        mine=[one for one in whole if _waits_for(user, one, at=at)],
        held=[operation for operation in operations if operation.state == Operation.State.PAUSED],
        failed=[(operation, left[operation.pk]) for operation in failed if operation.pk in left],
    )


def _waits_for(user: User, plan: Operation | PlaybookRun, *, at: datetime) -> bool:
    is_new = plan.state in ("planned", "approved") and plan.expires_at > at
    return plan.requester_id == user.pk and is_new


def _prominence(one: Operation | PlaybookRun) -> tuple[bool, bool, datetime]:
    """Put first what is under way, then what is about more than one row, then what happened last."""
    is_under_way = one.state in ("running", "paused")
    happened = one.finished_at or one.started_at or one.created_at
    return is_under_way, one.eligible > 1, happened


def waiting_for(user: User, *, at: datetime) -> list[Approval]:
    """Return the requests this person may decide on, the soonest to expire first."""
    if not user.has_perm("governance.vote_approval"):
        return []
    return list(
        Approval.objects.waiting_for(user, at)
        .with_subject()
        .prefetch_related("playbook_run__operations")
        .order_by("expires_at", "pk")[:50]
    )


def rejected_for(user: User) -> list[Approval]:
    """Return the rejected requests this person has not dealt with, the newest first, with the votes that say why.

    What ran in place of a rejected plan has dealt with it.
    """
    return list(
        Approval.objects.rejected_for(user)
        .exclude(Exists(_OPERATIONS_INSTEAD))
        .exclude(Exists(_RUNS_INSTEAD), playbook_run__undoes=None)
        .exclude(Exists(_UNDOS_INSTEAD))
        .with_subject()
        .prefetch_related("playbook_run__operations", "votes__voter")[:SHOWN]
    )


def expiring(*, at: datetime) -> tuple[int, bool]:
    """Count blocking errors that expire within 48 h; beyond 10,000 say "at least". Returns count and whether it is the least."""
    soon = HubError.objects.blocking().filter(expires_at__gt=at, expires_at__lte=at + SOON)
    rows = soon.order_by().values("pk")[: AT_MOST + 1].count()
    return min(rows, AT_MOST), rows > AT_MOST


def outside_changes(*, at: datetime) -> list[dict[str, Any]]:
    """Return today's latest transactions of plain SQL that changed rows; what only came in new is left out.

    Beyond 1,000 rows of one say `is_least`, so that a change of millions costs what one of 1,000 does.
    """
    with connection.cursor() as cursor:
        cursor.execute(OUTSIDE_CHANGES, {"day": at.astimezone(UTC).date()})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def unreconciled() -> list[Report]:
    """Return the newest reports whose totals do not agree; a later one of the same playbook that agrees settles it."""
    playbook = OuterRef("run__version__playbook")
    later = Report.objects.filter(reconciled=True, pk__gt=OuterRef("pk"))
    return list(
        Report.objects.filter(reconciled=False)
        .exclude(Exists(later.filter(run__version__playbook=playbook)))
        .select_related("run")
        .defer("body")
        .order_by("-pk")[:SHOWN]
    )


def beside_navigation(user: User, *, at: datetime) -> dict[str, int]:
    """Count what runs, and the tokens that end within three days and this person answers for. One query, on every page."""
    running = _figure("operations_running", Operation.objects.running())
    ending = _figure("tokens_ending", tokens.ending_very_soon(user, at=at))
    return {"operations_running": 0, "tokens_ending": 0} | dict(running.union(ending, all=True))


def _figure(name: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    named = rows.order_by().annotate(figure=Value(name)).values("figure")
    counted: QuerySet[Any] = named.annotate(rows=Count("pk"))
    return counted.values_list("figure", "rows")
