"""Runs of a playbook: all plans made at one moment, one approval over them, executed in order.

Locks are taken in one order everywhere: the operation under way, then its run, then the next operation.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from governance import policies
from governance.exceptions import ApprovalRequired, NotPermitted, PlanRefused, StateRefused
from governance.models import (
    Approval,
    CompanyTarget,
    Disposition,
    HubError,
    Operation,
    Playbook,
    PlaybookRun,
    PlaybookVersion,
)
from governance.services import effects, operations, queue, undos, violations
from governance.verbs import VERBS

REPORT_TASK = "governance.tasks.build_report"
WAITING = ("planned", "awaiting", "approved")
Rule = dict[str, Any]


class RuleCount(NamedTuple):
    """What one rule would do now: rows it is the first to match, those its verb takes, the others by reason."""

    matched: int
    eligible: int
    refusals: dict[str, int]

    @property
    def left_alone(self) -> int:
        """Rows that its verb refuses."""
        return self.matched - self.eligible


def plan(
    version: PlaybookVersion,
    *,
    by: User,
    channel: str = "browser",
    note: str = "",
    os_user: str | None = None,
    as_of: datetime | None = None,
) -> PlaybookRun:
    """Freeze one operation per rule, in order, as of one moment; each row belongs to the first rule that matches.

    Raises NotPermitted for the playbook or one of its verbs, PlanRefused when no rule matches a row.
    """
    with transaction.atomic():
        _see_one_moment()
        run, planned = _freeze(
            version, by=by, channel=channel, note=note, os_user=os_user, as_of=as_of
        )
        if not any(operation.planned for operation in planned):
            raise PlanRefused(
                f"No row matches a rule of {version}: there is nothing to do.",
                what_to_do="Look at the rules, or at the queue.",
            )
    return run


def simulate(
    rules: Sequence[Rule], *, playbook: Playbook, by: User | None = None
) -> list[RuleCount]:
    """Count what each rule would do on the rows as they are now, by planning a run and taking it back.

    Without `by` the rights of a person are left out of account. Raises as `plan`, save for the empty run.
    """
    with transaction.atomic():
        _see_one_moment()
        person = by or User.objects.create(username=f"simulation-{uuid4()}", is_superuser=True)
        version = PlaybookVersion.objects.create(
            playbook=playbook, number=10**9 + uuid4().int % 10**9, rules=list(rules)
        )
        _, planned = _freeze(version, by=person, channel="simulation")
        counts = [
            RuleCount(operation.planned, operation.eligible, operation.refusals)
            for operation in planned
        ]
        transaction.set_rollback(True)
    return counts


def _see_one_moment() -> None:
    """Let all rules read the same state of the rows; only the outermost transaction can ask for it."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def plan_undo(run: PlaybookRun, *, by: User) -> PlaybookRun:
    """Freeze the undo of every operation of an ended run that has rows to give back, the last one first, as a run of its own.

    Raises NotPermitted, StateRefused (under way, undone already or about to be) and PlanRefused when nothing of it is left to undo.
    """
    if run.finished_at is None:
        raise StateRefused(f"{run} is {run.get_state_display().lower()}: wait until it has ended.")
    with transaction.atomic():
        current = _locked(run)
        if waiting := current.undos.filter(state__in=[*WAITING, PlaybookRun.State.RUNNING]).first():
            raise StateRefused(f"{waiting} already undoes {run}.", what_to_do=f"Open {waiting}.")
        back = _new(run.version, by=by, undoes=current)
        planned: list[Operation] = []
        for original in current.operations.filter(applied__gt=0).order_by("-position"):
            if undos.preview(original)["reverted"]:
                planned.append(
                    undos.plan(
                        original,
                        by=by,
                        note=original.note,
                        playbook_run=back,
                        position=len(planned),
                    )
                )
        if not planned:
            raise PlanRefused(
                f"Nothing of {run} is left to undo.",
                what_to_do="Look at what became of its rows since.",
            )
        _seal(back, planned)
    return back


def _freeze(
    version: PlaybookVersion, *, by: User, **columns: Any
) -> tuple[PlaybookRun, list[Operation]]:
    run = _new(version, by=by, **columns)
    planned: list[Operation] = []
    for rule in version.rules:
        planned.append(_plan_rule(run, rule, by=by, after=planned))
    _seal(run, planned)
    return run, planned


def _new(
    version: PlaybookVersion,
    *,
    by: User,
    note: str = "",
    as_of: datetime | None = None,
    **columns: Any,
) -> PlaybookRun:
    """Create a run that has no plans yet; `_seal` completes it."""
    _refuse_unless_may_run(by)
    now = timezone.now()
    return PlaybookRun.objects.create(
        version=version,
        requester=by,
        note=note.replace("\0", "\ufffd"),
        plan_hash="",
        as_of=as_of or now,
        expires_at=now + timedelta(hours=operations.WAITING_HOURS),
        **columns,
    )


def _seal(run: PlaybookRun, planned: Sequence[Operation]) -> None:
    """Find the gate of a run and hash its plans: none is added from here on."""
    gate = policies.gate_for_runs([operation.gate for operation in planned if operation.gate])
    run.gate = gate.name if gate else None
    run.plan_hash = hashlib.sha256(
        "|".join(operation.plan_hash for operation in planned).encode()
    ).hexdigest()
    run.save(update_fields=["gate", "plan_hash"])


def _plan_rule(run: PlaybookRun, rule: Rule, *, by: User, after: Sequence[Operation]) -> Operation:
    return operations.plan(
        rule["verb"],
        by=by,
        rows=matching(rule),
        filter=canonical(rule),
        scope="rule",
        channel=run.channel,
        os_user=run.os_user,
        remark=rule["name"],
        as_of=run.as_of,
        after=after,
        playbook_run=run,
        **rule.get("parameters", {}),
    )


def matching(rule: Rule) -> QuerySet[Any]:
    """Return the rows a rule is about: errors in RETRY of its table, codes and retry counts, or failed company targets."""
    verb = VERBS[rule["verb"]]
    if verb.subject == "company_target":
        return CompanyTarget.objects.filter(execution_status=CompanyTarget.Status.FAILED)
    conditions = Q(error_table=rule["error_table"], disposition=Disposition.RETRY)
    if rule.get("codes"):
        conditions &= Q(code__in=rule["codes"])
    if rule.get("min_retries") is not None:
        conditions &= Q(retry_count__gte=rule["min_retries"])
    if rule.get("max_retries") is not None:
        conditions &= Q(retry_count__lte=rule["max_retries"])
    return HubError.objects.filter(conditions)


def canonical(rule: Rule) -> str:
    """Return the rule's rows as the filter text of the error list."""
    if VERBS[rule["verb"]].subject == "company_target":
        return urlencode([("execution_status", "failed")])
    pairs = [
        ("error_table", rule["error_table"]),
        ("disposition", "RETRY"),
        *(("code", code) for code in rule.get("codes") or []),
    ]
    pairs += [
        (f"retry_count_{edge}", str(rule[f"{edge}_retries"]))
        for edge in ("min", "max")
        if rule.get(f"{edge}_retries") is not None
    ]
    return urlencode(sorted(pairs))


def start(run: PlaybookRun, *, by: User) -> None:
    """Let an approved run begin with its first operation; one that no policy stopped when it was planned is judged again.

    Raises NotPermitted, StateRefused, and ApprovalRequired, which is also recorded as violation V-GATE-002.
    """
    _refuse_unless_may_run(by)
    for operation in run.operations.all():
        if not policies.may_run(by, operation):
            raise NotPermitted(
                f"You may not run {operation}, a step of {run}.",
                what_to_do="Ask a person in the group that may.",
            )
    _gate_anew(run)
    try:
        with transaction.atomic():
            current = _locked(run)
            if blockers := policies.start_blockers(current):
                raise StateRefused(" ".join(blockers))
            if current.gate:
                _use_approval(current)
            current.state = PlaybookRun.State.RUNNING
            current.state_note = ""
            current.started_at = timezone.now()
            current.before = snapshot()
            current.save(update_fields=["state", "state_note", "started_at", "before"])
            advance(current)
    except ApprovalRequired as refusal:
        violations.record_missing_approval(run, by=by, message=refusal.sentence)
        raise
    run.refresh_from_db()


def _refuse_unless_may_run(user: User) -> None:
    if not user.has_perm("governance.run_playbook"):
        raise NotPermitted(
            "You may not run playbooks.", what_to_do="Ask a person in the group that may."
        )


def _gate_anew(run: PlaybookRun) -> None:
    """Put a gate before a waiting run that a policy stops by now; it stays there when the start is refused."""
    with transaction.atomic():
        current = _locked(run)
        if current.gate or current.state not in WAITING:
            return
        stopped_by = [
            gate.name
            for operation in current.operations.all()
            if (gate := operations.gate_of(operation))
        ]
        if gate := policies.gate_for_runs(stopped_by):
            current.operations.filter(gate__isnull=True).update(gate=gate.name)
            current.gate = gate.name
            current.save(update_fields=["gate"])


def _locked(run: PlaybookRun) -> PlaybookRun:
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


def advance(run: PlaybookRun) -> None:
    """Begin the next operation that waits, or end the run; nothing happens while one is live or the run has ended.

    Call inside the transaction that ended the operation before it.
    """
    current = _locked(run)
    if (
        current.state != PlaybookRun.State.RUNNING
        or current.operations.filter(state__in=Operation.LIVE_STATES).exists()
    ):
        return
    waiting = (
        current.operations.filter(state__in=Operation.WAITING_STATES).order_by("position").first()
    )
    if waiting is not None:
        operations.begin(waiting, by=current.requester)
    else:
        _end(current, PlaybookRun.State.DONE)


def _end(run: PlaybookRun, state: str, *, note: str = "") -> None:
    run.state = state
    run.state_note = note
    run.finished_at = timezone.now()
    run.after = snapshot()
    run.save(update_fields=["state", "state_note", "finished_at", "after"])
    if run.undoes_id is None:
        queue.send_on_commit(REPORT_TASK, run.pk)


def cancel(run: PlaybookRun, *, by: User) -> None:
    """End a run under way: the chunk being written is finished, later rows and rules are left alone, applied rows stay.

    Raises NotPermitted, and StateRefused unless it runs.
    """
    _refuse_unless_may_run(by)
    note = f"Cancelled by {by.get_username()}."
    with transaction.atomic():
        _lock_live_operation(run)
        current = _locked(run)
        if current.state != PlaybookRun.State.RUNNING:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: there is nothing to cancel."
            )
        for operation in current.operations.filter(
            state__in=[*Operation.LIVE_STATES, *Operation.WAITING_STATES]
        ).order_by("position"):
            operations.close(operation, Operation.State.CANCELLED, note=note)
            operations.step(
                operation,
                "cancelled",
                by=by.get_username(),
                note=f"with {current}: {operation.cancelled:,} rows left alone",
            )
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
        operations.close(operation, Operation.State.CANCELLED, note=note)
    run.state = state
    run.state_note = note
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "state_note", "finished_at"])


def discard(run: PlaybookRun, *, by: User) -> None:
    """Throw a waiting run away. Raises NotPermitted, StateRefused once it has started."""
    _refuse_unless_may_run(by)
    with transaction.atomic():
        current = _locked(run)
        if current.state not in WAITING:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: only a run that waits can be discarded."
            )
        current.approvals.filter(state__in=["pending", "approved"]).update(
            state="withdrawn", decided_at=timezone.now()
        )
        close(current, PlaybookRun.State.CANCELLED, note=f"Discarded by {by.get_username()}.")
    run.refresh_from_db()


def expire_waiting(*, at: datetime | None = None) -> int:
    """End runs that waited too long; returns how many."""
    at = at or timezone.now()
    expired = 0
    for stale in PlaybookRun.objects.filter(state__in=WAITING, expires_at__lte=at):
        with transaction.atomic():
            current = _locked(stale)
            if current.state in WAITING:
                current.approvals.filter(state__in=["pending", "approved"]).update(
                    state="expired", decided_at=at
                )
                close(current, PlaybookRun.State.EXPIRED, note="It waited too long: plan it again.")
                expired += 1
    return expired


def snapshot() -> dict[str, Any]:
    """Return what a report compares before and after: tiers, why companies are not ready, fingerprints (governance/sql/runs.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.run_snapshot()::text")
        fingerprints: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return {"tiers": effects.tiers(), **fingerprints}
