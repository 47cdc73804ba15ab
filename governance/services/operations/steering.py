"""Starting, pausing, resuming and ending operations."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import ApprovalRequired, NotPermitted, PlanRefused, StateRefused
from governance.models import (
    Approval,
    Operation,
    PlaybookRun,
)
from governance.queries import people
from governance.services import chores, violations, workers
from governance.services.approvals import counts, gates
from governance.services.operations import records
from outreach_admin.ui import figures

RUN_TASK = "governance.tasks.run_operation"

BROKER_AWAY = "Redis does not answer, so no worker could be called. Workers look into the database every few seconds: it goes on by itself once one is there."


def discard(operation: Operation, *, by: User) -> None:
    """Throw a waiting plan away. Raises StateRefused once it has started."""
    with transaction.atomic():
        current = records.locked(operation)
        _refuse_unless_may_run(by, current)
        _refuse_part_of_run(current, "discard")
        if current.state not in Operation.WAITING_STATES:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: only a plan that waits can be discarded."
            )
        records.close(
            current, Operation.State.CANCELLED, note=f"Discarded by {people.in_full(by)}."
        )
        records.withdraw_requests(current)
        records.step(current, "cancelled", by=by.get_username(), note="plan discarded")
    operation.refresh_from_db()


def pause(operation: Operation, *, by: User) -> None:
    """Stop after the chunk under way. Raises StateRefused unless it runs."""
    _steer(
        operation,
        by=by,
        wanted=[Operation.State.RUNNING],
        state=Operation.State.PAUSED,
        kind="paused",
    )


def resume(operation: Operation, *, by: User, approved_by: User | None = None) -> None:
    """Go on where it stopped, in this person's name from here on. A new approval is used up where the former no longer holds.

    `approved_by` is whose vote lets it go on, where nobody pressed Resume.

    Raises NotPermitted, StateRefused unless it is paused, ApprovalRequired where no approval holds.
    """
    _steer(
        operation,
        by=by,
        wanted=[Operation.State.PAUSED],
        state=Operation.State.RUNNING,
        kind="resumed by approving" if approved_by else "resumed",
        teller=approved_by,
    )


def cancel(operation: Operation, *, by: User) -> None:
    """End it after the chunk under way; rows still to do become `cancelled`, applied ones stay. Raises StateRefused when it has ended."""
    with transaction.atomic():
        current = records.locked(operation)
        _refuse_unless_may_run(by, current)
        if current.state not in Operation.LIVE_STATES:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: there is nothing to cancel."
            )
        _refuse_part_of_run(current, "cancel")
        records.close(
            current, Operation.State.CANCELLED, note=f"Cancelled by {people.in_full(by)}."
        )
        records.withdraw_requests(current)
        records.step(
            current,
            "cancelled",
            by=by.get_username(),
            note=f"{figures.counted(current.cancelled)} left alone",
        )
    operation.refresh_from_db()


def set_throttle(operation: Operation, *, rows_a_second: int | None, by: User) -> None:
    """Limit the pace (rows a second), or lift the limit with None. Raises PlanRefused below 1, StateRefused when it has ended."""
    if rows_a_second is not None and not 1 <= rows_a_second <= 1_000_000:
        raise PlanRefused("A limit is between 1 and 1,000,000 rows a second.")
    with transaction.atomic():
        current = records.locked(operation)
        _refuse_unless_may_run(by, current)
        if current.is_final:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: its pace no longer matters."
            )
        current.throttle = rows_a_second
        current.save(update_fields=["throttle"])
        records.step(
            current,
            "throttled",
            by=by.get_username(),
            note=f"{figures.counted(rows_a_second)}/s" if rows_a_second else "no limit",
        )
    operation.refresh_from_db()


def expire_waiting(*, at: datetime | None = None) -> int:
    """End plans that waited too long; returns how many. Those of a playbook run expire with it, not while it runs."""
    at = at or timezone.now()
    stale = Operation.objects.filter(
        state__in=Operation.WAITING_STATES, expires_at__lte=at, playbook_run=None
    )
    return chores.each(stale, lambda waiting: _expire(waiting, at=at))


def _expire(waiting: Operation, *, at: datetime) -> bool:
    current = records.locked(waiting)
    if current.state not in Operation.WAITING_STATES:
        return False
    records.close(current, Operation.State.EXPIRED, note="It waited too long: plan it again.")
    current.approvals.filter(state__in=["pending", "approved"]).update(
        state="expired", decided_at=at
    )
    records.step(current, "expired", by="system")
    return True


def _steer(
    operation: Operation,
    *,
    by: User,
    wanted: list[str],
    state: str,
    kind: str,
    teller: User | None = None,
) -> None:
    with transaction.atomic():
        current = records.locked(operation)
        _refuse_unless_may_run(by, current)
        if current.state not in wanted:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}, not {' or '.join(wanted)}."
            )
        if state == Operation.State.RUNNING:
            _take_over(current, by=by)
        current.state = state
        current.state_note = ""
        turn = records.next_turn(current)
        current.save(update_fields=["state", "state_note", "actor"])
        records.step(current, kind, by=(teller or by).get_username())
        if state == Operation.State.RUNNING:
            _call_worker(current.pk, turn)
    operation.refresh_from_db()


def _take_over(operation: Operation, *, by: User) -> None:
    """Let it go on in this person's name, under an approval that holds."""
    if blockers := policies.run_blockers(by, operation):
        raise NotPermitted(" ".join(blockers), what_to_do="Ask a person in the group that may.")
    if operation.gate and policies.in_use_blockers(operation):
        _use_approval_anew(operation)
    records.withdraw_requests(operation.playbook_run or operation)
    # what was noted on the run was about the approval that no longer held
    if operation.playbook_run_id:
        PlaybookRun.objects.filter(pk=operation.playbook_run_id).update(state_note="")
    operation.actor = by


def _use_approval_anew(operation: Operation) -> None:
    subject = operation.playbook_run or operation
    renewed = subject.approvals.select_for_update().filter(state=Approval.State.APPROVED).last()
    if renewed is None or policies.approval_blockers(renewed, plan_hash=subject.plan_hash):
        raise ApprovalRequired(
            f"{operation} is held: {' '.join(policies.in_use_blockers(operation))}",
            what_to_do="Ask for a new approval on its page; somebody else decides.",
        )
    _use_up(renewed)


def _refuse_unless_may_run(user: User, operation: Operation) -> None:
    if not policies.may_run(user, operation):
        raise NotPermitted(
            f"You may not steer {operation}.", what_to_do="Ask a person in the group that may."
        )


def _refuse_part_of_run(operation: Operation, verb: str) -> None:
    """Refuse to steer one rule of a run: it was approved as a whole, and later rules count on what earlier ones leave."""
    if operation.playbook_run_id:
        raise StateRefused(
            f"{operation} is a part of RUN-{operation.playbook_run_id}.",
            what_to_do=f"Open RUN-{operation.playbook_run_id} to {verb} all of it.",
        )


def start(operation: Operation, *, by: User, approved_by: User | None = None) -> None:
    """Let a plan run. A gated plan uses its approval up; one that no policy stopped when it was planned is judged again.

    `approved_by` is whose vote starts it, where nobody pressed Start. Raises NotPermitted, StateRefused
    (ended, expired, no eligible row) and ApprovalRequired, which is also recorded as violation
    V-GATE-002 where somebody did.
    """
    _refuse_unless_may_run(by, operation)
    gates.renew(operation)
    try:
        with transaction.atomic():
            current = records.locked(operation)
            if blockers := policies.start_blockers(current):
                raise StateRefused(" ".join(blockers))
            if current.gate:
                _use_approval(current)
            begin(current, by=by, approved_by=approved_by)
    except ApprovalRequired as refusal:
        if not approved_by:
            violations.record_missing_approval(operation, by=by, message=refusal.sentence)
        counts.recount_of(operation)
        raise
    operation.refresh_from_db()


def begin(
    operation: Operation,
    *,
    by: User,
    approved_by: User | None = None,
    in_turn: bool = False,
) -> None:
    """Mark a plan as running in this person's name and hand it to the workers. Call with the row locked and every gate passed.

    The timeline says whose vote started it, or that it began `in_turn`, after the step before it.
    """
    now = timezone.now()
    operation.actor = by
    operation.state = Operation.State.RUNNING
    operation.state_note = ""
    operation.started_at = operation.started_at or now
    operation.save(update_fields=["actor", "state", "state_note", "started_at"])
    turn = records.next_turn(operation)
    how = "started by approving" if approved_by else "started"
    records.step(
        operation,
        "started in turn" if in_turn else how,
        by=(approved_by or by).get_username(),
    )
    _call_worker(operation.pk, turn)


def _call_worker(operation_id: int, turn: int) -> None:
    """Hand the operation to a worker once this transaction is committed; where that fails, say so on the operation."""

    def call() -> None:
        if not workers.send(RUN_TASK, operation_id, turn):
            Operation.objects.running().filter(pk=operation_id, turn=turn).update(
                state_note=BROKER_AWAY, heartbeat_at=None
            )

    transaction.on_commit(call)


def _use_approval(operation: Operation) -> None:
    """Check the approval again and use it up, or find the one in use for its playbook run."""
    if operation.playbook_run:
        blockers, approval = policies.in_use_blockers(operation), None
    else:
        approval = operation.approvals.select_for_update().order_by("-id").first()
        blockers = policies.approval_blockers(approval, plan_hash=operation.plan_hash)
    if blockers:
        raise ApprovalRequired(
            f"{operation} needs approval by policy {operation.gate}. {' '.join(blockers)} Nothing was changed.",
            what_to_do="Ask for approval; somebody else in the group of managers decides.",
        )
    if approval is not None:
        _use_up(approval)


def _use_up(approval: Approval) -> None:
    approval.state = Approval.State.USED
    approval.used_at = timezone.now()
    approval.save(update_fields=["state", "used_at"])
