"""Runs that are not stored yet, and what a run that is known learns of its beginning."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from enrichment.keys import normalised
from enrichment.models import Run, Workflow
from enrichment.services import accounts
from enrichment.services.accounts import Origin

# what an opening that comes late still tells
LATE = ("source", "raw_key", "idempotency_key", "queued_at")


@dataclass(frozen=True)
class Entity:
    """Whom a run is about, in which workflow; `raw` is the key as it was asked for."""

    workflow: Workflow
    type: str
    key: str
    raw: str

    def owns(self, run: Run) -> bool:
        """Whether `run` is about it."""
        mine = (self.workflow.pk, self.type, self.key)
        return mine == (run.workflow_id, run.entity_type, run.entity_key)


def entity_of(workflow: Workflow, origin: Origin) -> Entity:
    """Tell whom a run would be about. Raises AccountRefused, KeyRefused."""
    kind = accounts.type_of(workflow, origin.entity_type)
    key = normalised(kind, origin.entity)
    return Entity(workflow, kind, key, origin.entity)


def make(
    run_id: UUID | None,
    origin: Origin,
    about: Entity,
    *,
    by: Any,
    now: datetime,
) -> Run:
    """Make a run as its origin tells it, without a status; nothing is stored."""
    queued = accounts.told(origin.queued_at, now=now)
    started = accounts.told(origin.started_at, now=now)
    return Run(
        id=run_id or uuid4(),
        workflow=about.workflow,
        entity_type=about.type,
        entity_key=about.key,
        raw_key=about.raw,
        source=origin.source,
        trigger=origin.trigger,
        idempotency_key=origin.idempotency_key,
        queued_at=queued,
        started_at=started,
        ran_at=started or queued or now,
        by=by,
        created_at=now,
        updated_at=now,
    )


def begin(run: Run, *, is_queued: bool, now: datetime) -> None:
    """Let a new run wait, or be under way: its opening is its first sign of life."""
    if is_queued and not run.started_at:
        run.status = Run.Status.PENDING
        run.queued_at = run.queued_at or now
        run.ran_at = run.queued_at
        return
    run.status = Run.Status.RUNNING
    run.started_at = run.started_at or now
    run.ran_at = run.started_at
    run.heartbeat_at = now


def make_needless(run: Run, fresh: Run, *, now: datetime) -> None:
    """Let a new run be a request that a fresh one answers, and keep what it would have cost."""
    usual = fresh.workflow.credits_per_run
    run.status = Run.Status.SKIPPED
    run.completed_at = now
    run.refused_for = fresh
    run.credits_saved = usual if fresh.credits is None else fresh.credits


def learnt(run: Run, origin: Origin, about: Entity, *, now: datetime) -> dict[str, Any]:
    """Return what `run`, which its result or a beat made, did not know of its beginning."""
    said: dict[str, Any] = {
        "source": origin.source,
        "raw_key": about.raw,
        "idempotency_key": origin.idempotency_key,
        "queued_at": accounts.told(origin.queued_at, now=now),
    }
    missing = {name: said[name] for name in LATE if said[name] and not getattr(run, name)}
    if run.started_at or run.refused_for_id or run.completed_at is None:
        return missing
    return missing | _start(run, origin, now=now)


def _start(run: Run, origin: Origin, *, now: datetime) -> dict[str, Any]:
    given = accounts.told(origin.started_at, now=now)
    if origin.is_queued and given is None:
        waits = accounts.told(origin.queued_at, now=now) or run.ran_at
        return {"ran_at": min(waits, run.ran_at)}
    begun = min(given or now, run.completed_at or now)
    return {"started_at": begun, "ran_at": begun}
