"""Opening, beating and ending runs. Each run keeps its own truth; the states of entities follow by trigger.

Whoever writes holds the entity first (services/turns.py), so that of two requests one comes second.
What arrives late or out of order is taken as what it says: the state is the same for every order.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from enrichment import policies
from enrichment.keys import normalised
from enrichment.models import Run
from enrichment.models.runs import OPEN
from enrichment.queries import registry
from enrichment.queries import runs as shown
from enrichment.services import accounts, atonce, newruns, rows, turns
from enrichment.services.accounts import Origin, Result
from governance.exceptions import NotPermitted, StateRefused
from outreach_admin.exceptions import Refused
from outreach_admin.ui.people import name_of

OPENED, ENRICHED, ALREADY_OPEN = "opened", "already_enriched", "already_open"
REPLAYED, ALIVE, CLOSED = "replayed", "alive", "closed"
# beats that fit into the time after which silence makes a run stale
BEATS = 4


class AlreadyOpen(StateRefused):
    """Another run of this workflow is open for the entity: `run`."""

    def __init__(self, run: Run) -> None:
        since = f"{run.ran_at:%Y-%m-%d %H:%M} UTC"
        super().__init__(
            f"A run of “{run.workflow}” is open for {run.entity_key} since {since}.",
            what_to_do="Wait for its end, or cancel it.",
        )
        self.run = run


class UnknownRun(Refused):
    """No run has this id, and nothing says of what it would be."""

    status = 404


@dataclass(frozen=True)
class Answer:
    """What came of a request: an outcome, and the run it is about."""

    outcome: str
    run: Run

    @property
    def go(self) -> bool:
        """Whether there is work to do."""
        return self.outcome != ALREADY_OPEN and self.run.status in OPEN

    @property
    def beat_every(self) -> int:
        """Seconds after which whoever works should beat again."""
        return max(1, self.run.workflow.stale_minutes * 60 // BEATS)


def open(
    origin: Origin,
    *,
    by: Any,
    run_id: UUID | None = None,
    force: bool = False,
) -> Answer:
    """Open a run, or answer with the one that makes it needless; `run_id` may be the client's.

    Fresh enough is a completed run that found something within the workflow's fresh_days, or
    nothing within empty_fresh_days: then a skipped run keeps what was saved, unless `force`.
    An id or idempotency key that a run holds is answered with that run (replayed). Raises
    NotPermitted, UnknownWorkflow, InactiveWorkflow, KeyRefused, AccountRefused, AlreadyOpen.
    """
    _refuse_unless_may_write(by)
    about = newruns.entity_of(registry.resolve(origin.workflow), origin)
    begun = _begun(run_id, origin, about, by=by)
    with turns.one_statement():
        if atonce.opened(begun, force=force):
            return Answer(OPENED, begun)
    return _answered(run_id, origin, about, by=by, force=force)


def _begun(run_id: UUID | None, origin: Origin, about: newruns.Entity, *, by: Any) -> Run:
    now = timezone.now()
    run = newruns.make(run_id, origin, about, by=by, now=now)
    newruns.begin(run, is_queued=origin.is_queued, now=now)
    return run


def _answered(
    run_id: UUID | None,
    origin: Origin,
    about: newruns.Entity,
    *,
    by: Any,
    force: bool,
) -> Answer:
    """Answer a request where another run may stand against it."""
    with turns.one_moment():
        now = timezone.now()
        before = turns.before(
            about.workflow,
            about.type,
            about.key,
            run_id=run_id,
            idempotency_key=origin.idempotency_key,
            at=now,
        )
        if told := before.same or before.replayed:
            return _told_again(_shown(told), origin, about)
        if before.opened:
            raise AlreadyOpen(_shown(before.opened))
        run = newruns.make(run_id, origin, about, by=by, now=now)
        if before.fresh and not force:
            newruns.make_needless(run, _shown(before.fresh), now=now)
            return Answer(ENRICHED, _stored(run))
        run.attempt = before.tries + 1
        newruns.begin(run, is_queued=origin.is_queued, now=now)
        return Answer(OPENED, _stored(run))


def beat(run_id: UUID, *, by: Any, origin: Origin | None = None) -> Run:
    """Note that a run is alive; one taken for stale lives again, unless another one is open by now.

    One that nobody opened begins where `origin` says of what it is. Raises NotPermitted, UnknownRun,
    AlreadyOpen, StateRefused (it has ended, or is of another entity).
    """
    _refuse_unless_may_write(by)
    with turns.one_moment():
        run = _meant(run_id, origin, by=by)
        if run.completed_at and run.status != Run.Status.STALE:
            raise StateRefused(
                f"This run has ended: it is {run.status}.",
                what_to_do="Open another one.",
            )
        if run.status not in OPEN:
            _refuse_where_replaced(run)
        now = timezone.now()
        started = {} if run.started_at else {"started_at": now, "ran_at": now}
        return _stored(
            run,
            status=Run.Status.RUNNING,
            heartbeat_at=now,
            completed_at=None,
            **started,
        )


def close(run_id: UUID, result: Result, *, by: Any, origin: Origin | None = None) -> Answer:
    """End a run with what came of it; the same told again changes nothing.

    The result of a run that was taken for stale is kept on it. One that nobody opened is made where
    `origin` says of what it is. Raises NotPermitted, UnknownRun, AccountRefused, StateRefused (it
    ended otherwise, or is of another entity).
    """
    _refuse_unless_may_write(by)
    if ended := _ended(run_id, result, origin):
        if ended.by_id == by.pk:
            ended.by = by
        return Answer(CLOSED, ended)
    with turns.one_moment():
        run = _meant(run_id, origin, by=by)
        if run.completed_at and run.status != Run.Status.STALE:
            return _ended_again(run, result)
        return Answer(CLOSED, _stored(run, **result.columns(), **_times(run, result, origin)))


def cancel(run: Run, *, by: Any, reason: str = "") -> Run:
    """End an open run by hand; what its worker tells later is refused. Raises NotPermitted, StateRefused."""
    if not policies.may_cancel_runs(by):
        raise NotPermitted(
            "You may not cancel runs.",
            what_to_do="Ask a person in the group that may.",
        )
    with transaction.atomic():
        current = turns.held(run.pk) or run
        if blockers := policies.cancel_blockers(current):
            raise StateRefused(" ".join(blockers))
        who = f"Cancelled by {name_of(by)}"
        return _stored(
            current,
            status=Run.Status.CANCELLED,
            completed_at=timezone.now(),
            error_text=f"{who}: {reason}" if reason else f"{who}.",
        )


def _refuse_unless_may_write(by: Any) -> None:
    if not policies.may_open_runs(by):
        raise NotPermitted(
            "You may not write runs.",
            what_to_do="Ask an admin for the right.",
        )


def _refuse_where_replaced(run: Run) -> None:
    """Raise AlreadyOpen where another run of the entity is open."""
    others = Run.objects.select_related("workflow", "by").filter(
        workflow=run.workflow_id,
        entity_type=run.entity_type,
        entity_key=run.entity_key,
        status__in=OPEN,
    )
    if other := others.first():
        raise AlreadyOpen(other)


def _shown(key: UUID) -> Run:
    run = shown.find(key)
    assert run is not None
    return run


def _told_again(run: Run, origin: Origin, about: newruns.Entity) -> Answer:
    if not about.owns(run):
        raise StateRefused(
            f"This id or idempotency key is of a run for {run.entity_key}.",
            what_to_do="Send another one with another entity.",
        )
    missing = newruns.learnt(run, origin, about, now=timezone.now())
    return Answer(REPLAYED, _stored(run, **missing) if missing else run)


def _meant(run_id: UUID, origin: Origin | None, *, by: Any) -> Run:
    """Find the run that a beat or a result is of, its entity held, or make it."""
    run = turns.held(run_id)
    if run is None:
        return _unopened(run_id, origin, by=by)
    if origin:
        _refuse_other(run, origin)
    return run


def _refuse_other(run: Run, origin: Origin) -> None:
    """Raise StateRefused where what is told is of another entity or workflow than the run."""
    of = run.workflow
    if origin.workflow != of.workflow_name:
        of = registry.find(origin.workflow)
    key = normalised(run.entity_type, origin.entity)
    if (of.pk, key) != (run.workflow_id, run.entity_key):
        raise StateRefused(
            f"This run is one of “{run.workflow}” for {run.entity_key}.",
            what_to_do="Send the id of the run that you mean.",
        )


def _unopened(run_id: UUID, origin: Origin | None, *, by: Any) -> Run:
    """Make the run that a beat or a result is of, its entity held. Raises UnknownRun where nobody says."""
    if origin is None:
        raise UnknownRun(
            "There is no run of this id.",
            what_to_do="Open it first, or say of which workflow and entity it is.",
        )
    about = newruns.entity_of(registry.find(origin.workflow), origin)
    turns.hold(about.workflow, about.key)
    made = newruns.make(run_id, origin, about, by=by, now=timezone.now())
    return turns.held(run_id) or made


def _times(run: Run, result: Result, origin: Origin | None) -> dict[str, datetime]:
    """Tell when a run ended, and began where only its result says so."""
    now = timezone.now()
    ended = accounts.told(result.completed_at, now=now) or now
    given = origin and accounts.told(origin.started_at, now=now)
    start = run.started_at or given or run.queued_at
    times = {"completed_at": max(ended, start or ended)}
    if given and not run.started_at:
        times |= {"started_at": given, "ran_at": given}
    elif run._state.adding:
        times["ran_at"] = start or ended
    return times


def _ended(run_id: UUID, result: Result, origin: Origin | None) -> Run | None:
    """End a run that is under way; None where it is not."""
    now = timezone.now()
    completed = accounts.told(result.completed_at, now=now) or now
    if origin:
        accounts.told(origin.started_at, now=now)
    told = result.columns()
    with turns.one_statement():
        return atonce.ended(
            run_id,
            told,
            name=origin.workflow if origin else None,
            key=origin.entity if origin else None,
            completed_at=completed,
            now=now,
        )


def _ended_again(run: Run, result: Result) -> Answer:
    if not result.is_of(run):
        raise StateRefused(
            f"This run has ended already: it is {run.status}, and what is told now differs.",
            what_to_do="Open another run for another result.",
        )
    return Answer(REPLAYED, run)


def _stored(run: Run, **values: Any) -> Run:
    """Store a new run, or new values of one."""
    for name, value in values.items():
        setattr(run, name, value)
    if run._state.adding:
        rows.insert(run)
        return run
    run.updated_at = timezone.now()
    rows.update(run, {*values, "updated_at"})
    return run
