"""Starting, advancing and ending runs of a playbook: one approval over all plans, executed in order.

Locks are taken in one order everywhere: the operation under way, then its run, then the next operation.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import ApprovalRequired, NotPermitted, StateRefused
from governance.models import (
    Approval,
    Operation,
    PlaybookRun,
)
from governance.queries import people
from governance.queries.playbooks import snapshots
from governance.services import chores, violations, workers
from governance.services.approvals import counts, gates
from governance.services.operations import records, steering
from governance.services.playbooks import run_plans
from outreach_admin.ui import figures

REPORT_TASK = "governance.tasks.build_report"


def start(run: PlaybookRun, *, by: User, approved_by: User | None = None) -> None:
    """Let an approved run begin with its first operation; one that no policy stopped when it was planned is judged again.

    `approved_by` is whose vote starts it, where nobody pressed Start. Raises NotPermitted, StateRefused (ended, expired, no
    eligible row), and ApprovalRequired, which is also recorded as violation V-GATE-002 where somebody did.
    """
    refuse_unless_may_run(by)
    _refuse_unless_may_run_steps(run, by)
    gates.renew(run)
    try:
        with transaction.atomic():
            current = records.locked(run)
            if blockers := policies.start_blockers(current):
                raise StateRefused(" ".join(blockers))
            if current.gate:
                _use_approval(current)
            current.state = PlaybookRun.State.RUNNING
            current.state_note = ""
            current.started_at = timezone.now()
            current.started_by = by
            current.before = snapshots.snapshot()
            current.save(
                update_fields=["state", "state_note", "started_at", "started_by", "before"]
            )
            advance(current, approved_by=approved_by, in_turn=False)
    except ApprovalRequired as refusal:
        if not approved_by:
            violations.record_missing_approval(run, by=by, message=refusal.sentence)
        counts.recount_of(run)
        raise
    run.refresh_from_db()


def _refuse_unless_may_run_steps(run: PlaybookRun, user: User) -> None:
    for operation in run.operations.all():
        if not policies.may_run(user, operation):
            raise NotPermitted(
                f"You may not run {operation}, a step of {run}.",
                what_to_do="Ask a person in the group that may.",
            )


def refuse_unless_may_run(user: User) -> None:
    """Raise NotPermitted unless the person may run playbooks."""
    if not user.is_active or not user.has_perm("governance.run_playbook"):
        raise NotPermitted(
            "You may not run playbooks.", what_to_do="Ask a person in the group that may."
        )


def locked(run: PlaybookRun) -> PlaybookRun:
    """Return the run as it is now, locked until the transaction ends."""
    return PlaybookRun.objects.select_for_update().get(pk=run.pk)


def _use_approval(run: PlaybookRun) -> None:
    approval = run.approvals.select_for_update().order_by("-id").first()
    if blockers := policies.approval_blockers(approval, plan_hash=run.plan_hash):
        raise ApprovalRequired(
            f"{run} needs approval by policy {run.gate}. {' '.join(blockers)} Nothing was changed.",
            what_to_do="Ask for approval; somebody else in the group of managers decides.",
        )
    if approval is not None:
        approval.state = Approval.State.USED
        approval.used_at = timezone.now()
        approval.save(update_fields=["state", "used_at"])


def advance(
    run: PlaybookRun,
    *,
    approved_by: User | None = None,
    in_turn: bool = True,
) -> None:
    """Begin the next operation that waits, or end the run; nothing happens while one is live or the run has ended.

    Its timeline tells `approved_by` and `in_turn` as `steering.begin` does. Call inside the transaction that ended the operation before it.
    """
    current = locked(run)
    if (
        current.state != PlaybookRun.State.RUNNING
        or current.operations.filter(state__in=Operation.LIVE_STATES).exists()
    ):
        return
    waiting = (
        current.operations.filter(state__in=Operation.WAITING_STATES).order_by("position").first()
    )
    if waiting is not None:
        steering.begin(waiting, by=_doer(current), approved_by=approved_by, in_turn=in_turn)
    else:
        _end(current, PlaybookRun.State.DONE)


def _doer(run: PlaybookRun) -> User:
    """Return in whose name a run goes on: who last started or resumed a step of it, else who started the run."""
    begun = run.operations.exclude(actor=None).order_by("-position").first()
    return (begun.actor if begun else run.started_by) or run.requester


def _end(run: PlaybookRun, state: str, *, note: str = "") -> None:
    run.state = state
    run.state_note = note
    run.finished_at = timezone.now()
    run.after = snapshots.snapshot()
    run.save(update_fields=["state", "state_note", "finished_at", "after"])
    if run.undoes_id is None:
        workers.send_on_commit(REPORT_TASK, run.pk)


def cancel(run: PlaybookRun, *, by: User) -> None:
    """End a run under way: the chunk being written is finished, later rows and rules are left alone, applied rows stay.

    Raises NotPermitted, and StateRefused unless it runs.
    """
    refuse_unless_may_run(by)
    note = f"Cancelled by {people.in_full(by)}."
    with transaction.atomic():
        _lock_live_operation(run)
        current = records.locked(run)
        if current.state != PlaybookRun.State.RUNNING:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: there is nothing to cancel."
            )
        for operation in current.operations.filter(
            state__in=[*Operation.LIVE_STATES, *Operation.WAITING_STATES]
        ).order_by("position"):
            records.close(operation, Operation.State.CANCELLED, note=note)
            records.step(
                operation,
                "cancelled",
                by=by.get_username(),
                note=f"with {current}: {figures.counted(operation.cancelled)} left alone",
            )
        records.withdraw_requests(current)
        _end(current, PlaybookRun.State.CANCELLED, note=note)
    run.refresh_from_db()


def _lock_live_operation(run: PlaybookRun) -> None:
    """Wait for the chunk under way; when that was the operation's last one, the next operation has begun: wait for that."""
    for _ in range(run.operations.count() + 1):
        live = run.operations.filter(state__in=Operation.LIVE_STATES)
        if live.select_for_update().first() is not None or not live.exists():
            return


def close(run: PlaybookRun, state: str, *, note: str) -> None:
    """End a run that has not begun, with all its plans. Call inside a transaction, with the run locked."""
    for operation in (
        run.operations.select_for_update()
        .filter(state__in=Operation.WAITING_STATES)
        .order_by("position")
    ):
        records.close(operation, Operation.State.CANCELLED, note=note)
    run.state = state
    run.state_note = note
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "state_note", "finished_at"])


def discard(run: PlaybookRun, *, by: User) -> None:
    """Throw a waiting run away. Raises NotPermitted, StateRefused once it has started."""
    refuse_unless_may_run(by)
    with transaction.atomic():
        current = records.locked(run)
        if current.state not in run_plans.WAITING:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: only a run that waits can be discarded."
            )
        current.approvals.filter(state__in=["pending", "approved"]).update(
            state="withdrawn", decided_at=timezone.now()
        )
        close(current, PlaybookRun.State.CANCELLED, note=f"Discarded by {people.in_full(by)}.")
    run.refresh_from_db()


def expire_waiting(*, at: datetime | None = None) -> int:
    """End runs that waited too long; returns how many."""
    at = at or timezone.now()
    stale = PlaybookRun.objects.filter(state__in=run_plans.WAITING, expires_at__lte=at)
    return chores.each(stale, lambda waiting: _expire(waiting, at=at))


def _expire(waiting: PlaybookRun, *, at: datetime) -> bool:
    current = locked(waiting)
    if current.state not in run_plans.WAITING:
        return False
    current.approvals.filter(state__in=["pending", "approved"]).update(
        state="expired", decided_at=at
    )
    close(current, PlaybookRun.State.EXPIRED, note="It waited too long: plan it again.")
    return True
