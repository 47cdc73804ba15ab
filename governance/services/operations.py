"""Planning, starting and steering operations: the one way to change many rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import Count
from django.utils import timezone

from governance import policies
from governance.exceptions import ApprovalRequired, NotPermitted, PlanRefused, StateRefused
from governance.models import (
    Approval,
    ApprovalPolicy,
    Operation,
    OperationItem,
    OperationStep,
    PlaybookRun,
)
from governance.services import effects, queue, violations
from governance.verbs import VERBS, Verb

WAITING_HOURS = 72
RUN_TASK = "governance.tasks.run_operation"
BROKER_AWAY = "Redis does not answer, so no worker could be called. Workers look into the database every 10 s: it goes on within 40 s of a worker being there."


def plan(
    verb: str | Verb,
    *,
    by: User,
    rows: models.QuerySet[Any] | None = None,
    errors: Iterable[models.Model] = (),
    filter: str = "",
    scope: str = "ids",
    channel: str = "browser",
    os_user: str | None = None,
    remark: str = "",
    as_of: datetime | None = None,
    after: Sequence[Operation] = (),
    playbook_run: PlaybookRun | None = None,
    retries: Operation | None = None,
    **parameters: Any,
) -> Operation:
    """Freeze which rows a verb would change: every row gets its version and, where refused, the reason.

    `rows` is any queryset of the verb's model, `errors` single records instead, `remark` is for the approver. `after` are plans
    that will have run before; their rows are left out. Raises NotPermitted, PlanRefused (bad parameters, no rows).
    """
    verb = VERBS[verb] if isinstance(verb, str) else verb
    if not policies.may_plan(by, verb):
        raise NotPermitted(
            f"You may not {verb.label.lower()}.", what_to_do="Ask a person in the group that may."
        )
    asked = checked_parameters(verb, parameters)
    if rows is None:
        rows = verb.model._default_manager.filter(pk__in=[record.pk for record in errors])
    with transaction.atomic():
        operation = draft(
            verb,
            by,
            parameters=asked,
            filter=filter,
            scope=scope,
            channel=channel,
            os_user=os_user,
            note=remark,
            as_of=as_of or timezone.now(),
            retries=retries,
            playbook_run=playbook_run,
            position=len(after) if playbook_run else None,
        )
        _insert_items(operation, verb, rows, after=[earlier.pk for earlier in after])
        freeze(operation, by=by, empty_allowed=playbook_run is not None)
    return operation


def draft(verb: Verb, requester: User, **columns: Any) -> Operation:
    """Create the record of a plan that has no rows yet; `freeze` completes it. Call inside a transaction."""
    return Operation.objects.create(
        verb=verb.name,
        subject_type=verb.subject,
        requester=requester,
        plan_hash="",
        expires_at=timezone.now() + timedelta(hours=WAITING_HOURS),
        **{"as_of": timezone.now()} | columns,
    )


def checked_parameters(verb: Verb, given: dict[str, Any]) -> dict[str, Any]:
    """Return the verb's parameters as its form understands them; raise PlanRefused naming what is wrong."""
    unknown = sorted(set(given) - set(verb.parameters.base_fields))
    if unknown:
        raise PlanRefused(f"{verb.label} does not take {', '.join(unknown)}.")
    form = verb.parameters(
        {
            name: "" if value is None else str(value).replace("\0", "\ufffd")
            for name, value in given.items()
        }
    )
    if not form.is_valid():
        wrong = "; ".join(
            f"{form.fields[name].label}: {' '.join(map(str, problems))}"
            for name, problems in form.errors.items()
        )
        raise PlanRefused(
            f"{verb.label} cannot be planned. {wrong}", what_to_do="Correct it and preview again."
        )
    return {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}


def _insert_items(
    operation: Operation, verb: Verb, rows: models.QuerySet[Any], *, after: Sequence[int]
) -> None:
    """Write one item per row in a single statement; no row travels to Python."""
    if after:
        rows = rows.exclude(
            pk__in=OperationItem.objects.filter(operation_id__in=after).values("subject_id")
        )
    frozen = (
        rows.order_by()
        .select_related(None)
        .annotate(refused_because=verb.refusal(operation.parameters, after=after))
        .values_list("pk", "version", "refused_because")
    )
    try:
        sql, params = frozen.query.sql_with_params()
    except EmptyResultSet:
        # a filter that Django knows to match nothing
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO governance_operationitem (operation_id, subject_id, version, outcome, reason)
            SELECT %s, q.id, q.version, CASE WHEN q.refused IS NULL THEN 'planned' ELSE 'skipped' END, q.refused
            FROM ({sql}) AS q (id, version, refused) ORDER BY q.id""",
            [operation.pk, *params],
        )


def freeze(operation: Operation, *, by: User, empty_allowed: bool = False) -> None:
    """Count and hash the items, find the gate, record the step. Raises PlanRefused when there is nothing to do."""
    reasons = operation.items.values("outcome", "reason").annotate(rows=Count("subject_id"))
    operation.refusals = {
        row["reason"]: row["rows"] for row in reasons if row["outcome"] == "skipped"
    }
    operation.eligible = sum(row["rows"] for row in reasons if row["outcome"] == "planned")
    operation.skipped = sum(operation.refusals.values())
    operation.planned = operation.eligible + operation.skipped
    if not operation.planned and not empty_allowed:
        raise PlanRefused(
            "No row matches: there is nothing to do.",
            what_to_do="Change the filter and select again.",
        )
    operation.plan_hash = _hash(operation)
    operation.effect = effects.of(operation)
    gate = policies.gate_for_runs() if operation.playbook_run_id else None
    gate = gate or gate_of(operation)
    operation.gate = gate.name if gate else None
    operation.save()
    step(
        operation,
        "planned",
        by=by.get_username(),
        note=f"{operation.eligible:,} eligible, {operation.skipped:,} refused",
    )


def gate_of(operation: Operation) -> ApprovalPolicy | None:
    """Return the policy that stops this plan as policies are now, or none."""
    return policies.gate_for(operation, blocking_rows=operation.effect.get("blocking_rows", 0))


def _hash(operation: Operation) -> str:
    """Return SHA-256 over what would run: verb, parameters and every row with its version and refusal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT encode(sha256(convert_to(concat_ws('|', o.kind, o.verb, o.parameters::text, o.undoes_id::text, (
                SELECT string_agg(i.subject_id::text || ':' || coalesce(i.version::text, '') || ':' || coalesce(i.reason, ''), ',' ORDER BY i.subject_id)
                FROM governance_operationitem i WHERE i.operation_id = o.id)), 'UTF8')), 'hex')
            FROM governance_operation o WHERE o.id = %s""",
            [operation.pk],
        )
        return str(cursor.fetchone()[0])


def step(operation: Operation, kind: str, *, by: str, note: str = "") -> None:
    """Add a moment to the operation's timeline."""
    OperationStep.objects.create(operation=operation, kind=kind, actor=by, note=note)


def plan_again(
    operation: Operation, *, by: User, outcome: str, reason: str | None = None
) -> Operation:
    """Freeze a new plan, with the same parameters, over the rows that an ended operation left with this outcome.

    Raises what `plan` raises, and StateRefused while it runs and for undos and imports.
    """
    if operation.kind != Operation.Kind.VERB:
        raise StateRefused(
            f"{operation} is an {operation.get_kind_display()}: its rows cannot be planned again.",
            what_to_do="Act on the rows in the queue.",
        )
    if not operation.is_final:
        raise StateRefused(
            f"{operation} is {operation.get_state_display().lower()}: wait until it has ended."
        )
    items = operation.items.filter(outcome=outcome, **({"reason": reason} if reason else {}))
    chosen = [
        ("operation", operation.reference),
        ("outcome", outcome),
        *([("reason", reason)] if reason else []),
    ]
    return plan(
        operation.verb,
        by=by,
        rows=VERBS[operation.verb].model._default_manager.filter(pk__in=items.values("subject_id")),
        filter=urlencode(chosen),
        scope="again",
        retries=operation,
        **operation.parameters,
    )


def revise(operation: Operation, *, by: User, **parameters: Any) -> Operation:
    """Plan the same rows with other parameters and discard the old plan; what was approved for it is void.

    Raises what `plan` and `discard` raise, and StateRefused for undos and for plans of a playbook run.
    """
    if operation.kind != Operation.Kind.VERB or operation.playbook_run_id:
        raise StateRefused(
            f"{operation} takes no other parameters.", what_to_do="Discard it and plan anew."
        )
    subjects = operation.items.values("subject_id")
    with transaction.atomic():
        discard(operation, by=by)
        return plan(
            operation.verb,
            by=by,
            rows=VERBS[operation.verb].model._default_manager.filter(pk__in=subjects),
            filter=operation.filter,
            scope=operation.scope,
            remark=operation.note,
            retries=operation.retries,
            **parameters,
        )


def locked(operation: Operation) -> Operation:
    """Return the operation as it is now, locked until the transaction ends."""
    return Operation.objects.select_for_update().get(pk=operation.pk)


def discard(operation: Operation, *, by: User) -> None:
    """Throw a waiting plan away. Raises StateRefused once it has started."""
    with transaction.atomic():
        current = locked(operation)
        _refuse_unless_may_run(by, current)
        _refuse_part_of_run(current, "discard")
        if current.state not in Operation.WAITING_STATES:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: only a plan that waits can be discarded."
            )
        close(current, Operation.State.CANCELLED, note=f"Discarded by {by.get_username()}.")
        withdraw_requests(current)
        step(current, "cancelled", by=by.get_username(), note="plan discarded")
    operation.refresh_from_db()


def withdraw_requests(operation: Operation) -> None:
    """Take back what was asked for a plan that will not run."""
    operation.approvals.filter(state__in=["pending", "approved"]).update(
        state="withdrawn", decided_at=timezone.now()
    )


def close(operation: Operation, state: str, *, note: str = "") -> None:
    """Give every row that has no outcome the outcome `cancelled` and end the operation. Call with the row locked."""
    open_items = OperationItem.objects.filter(
        operation=operation, outcome=OperationItem.Outcome.PLANNED
    )
    reason = note or "cancelled"
    operation.cancelled += open_items.update(outcome=OperationItem.Outcome.CANCELLED, reason=reason)
    operation.state = state
    operation.state_note = note
    operation.finished_at = timezone.now()
    operation.save(update_fields=["cancelled", "state", "state_note", "finished_at"])


def pause(operation: Operation, *, by: User) -> None:
    """Stop after the chunk under way. Raises StateRefused unless it runs."""
    _steer(
        operation,
        by=by,
        wanted=[Operation.State.RUNNING],
        state=Operation.State.PAUSED,
        kind="paused",
    )


def resume(operation: Operation, *, by: User) -> None:
    """Go on where it stopped. Raises StateRefused unless it is paused."""
    _steer(
        operation,
        by=by,
        wanted=[Operation.State.PAUSED],
        state=Operation.State.RUNNING,
        kind="resumed",
    )


def cancel(operation: Operation, *, by: User) -> None:
    """End it after the chunk under way; rows still to do become `cancelled`, applied ones stay. Raises StateRefused when it has ended."""
    with transaction.atomic():
        current = locked(operation)
        _refuse_unless_may_run(by, current)
        if current.state not in Operation.LIVE_STATES:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: there is nothing to cancel."
            )
        _refuse_part_of_run(current, "cancel")
        close(current, Operation.State.CANCELLED, note=f"Cancelled by {by.get_username()}.")
        step(
            current,
            "cancelled",
            by=by.get_username(),
            note=f"{current.cancelled:,} rows left alone",
        )
    operation.refresh_from_db()


def set_throttle(operation: Operation, *, rows_a_second: int | None, by: User) -> None:
    """Limit the pace (rows a second), or lift the limit with None. Raises PlanRefused below 1, StateRefused when it has ended."""
    if rows_a_second is not None and not 1 <= rows_a_second <= 1_000_000:
        raise PlanRefused("A limit is between 1 and 1,000,000 rows a second.")
    with transaction.atomic():
        current = locked(operation)
        _refuse_unless_may_run(by, current)
        if current.is_final:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}: its pace no longer matters."
            )
        current.throttle = rows_a_second
        current.save(update_fields=["throttle"])
        step(
            current,
            "throttled",
            by=by.get_username(),
            note=f"{rows_a_second:,} rows/s" if rows_a_second else "no limit",
        )
    operation.refresh_from_db()


def expire_waiting(*, at: datetime | None = None) -> int:
    """End plans that waited too long; returns how many. Those of a playbook run expire with it, not while it runs."""
    at = at or timezone.now()
    expired = 0
    for waiting in Operation.objects.filter(
        state__in=Operation.WAITING_STATES, expires_at__lte=at, playbook_run=None
    ):
        with transaction.atomic():
            current = locked(waiting)
            if current.state in Operation.WAITING_STATES:
                close(current, Operation.State.EXPIRED, note="It waited too long: plan it again.")
                current.approvals.filter(state__in=["pending", "approved"]).update(
                    state="expired", decided_at=at
                )
                step(current, "expired", by="system")
                expired += 1
    return expired


def _steer(operation: Operation, *, by: User, wanted: list[str], state: str, kind: str) -> None:
    with transaction.atomic():
        current = locked(operation)
        _refuse_unless_may_run(by, current)
        if current.state not in wanted:
            raise StateRefused(
                f"{current} is {current.get_state_display().lower()}, not {' or '.join(wanted)}."
            )
        current.state = state
        current.state_note = ""
        current.heartbeat_at = timezone.now()
        current.save(update_fields=["state", "state_note", "heartbeat_at"])
        step(current, kind, by=by.get_username())
        if state == Operation.State.RUNNING:
            _call_worker(current.pk)
    operation.refresh_from_db()


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


def start(operation: Operation, *, by: User) -> None:
    """Let a plan run. A gated plan uses its approval up; one that no policy stopped when it was planned is judged again.

    Raises NotPermitted, StateRefused (ended, expired) and ApprovalRequired, which is also recorded
    as violation V-GATE-002.
    """
    _refuse_unless_may_run(by, operation)
    _gate_anew(operation)
    try:
        with transaction.atomic():
            current = locked(operation)
            if blockers := policies.start_blockers(current):
                raise StateRefused(" ".join(blockers))
            if current.gate:
                _use_approval(current)
            begin(current, by=by)
    except ApprovalRequired as refusal:
        violations.record_missing_approval(operation, by=by, message=refusal.sentence)
        raise
    operation.refresh_from_db()


def _gate_anew(operation: Operation) -> None:
    """Put a gate before a waiting plan that a policy stops by now; it stays there when the start is refused."""
    with transaction.atomic():
        current = locked(operation)
        if current.gate or current.playbook_run_id or current.state not in Operation.WAITING_STATES:
            return
        if gate := gate_of(current):
            current.gate = gate.name
            current.save(update_fields=["gate"])


def begin(operation: Operation, *, by: User) -> None:
    """Mark a plan as running and hand it to the workers. Call with the row locked and every gate passed."""
    now = timezone.now()
    operation.state = Operation.State.RUNNING
    operation.state_note = ""
    operation.started_at = operation.started_at or now
    operation.heartbeat_at = now
    operation.save(update_fields=["state", "state_note", "started_at", "heartbeat_at"])
    step(operation, "started", by=by.get_username())
    _call_worker(operation.pk)


def _call_worker(operation_id: int) -> None:
    """Hand the operation to a worker once this transaction is committed; where that fails, say so on the operation."""

    def call() -> None:
        if not queue.send(RUN_TASK, operation_id):
            Operation.objects.filter(pk=operation_id, state=Operation.State.RUNNING).update(
                state_note=BROKER_AWAY
            )

    transaction.on_commit(call)


def _use_approval(operation: Operation) -> None:
    """Check the approval again and use it up, or find the one in use for its playbook run."""
    approval, in_use = approval_of(operation)
    plan_hash = operation.playbook_run.plan_hash if operation.playbook_run else operation.plan_hash
    if blockers := policies.approval_blockers(approval, plan_hash=plan_hash, in_use=in_use):
        raise ApprovalRequired(
            f"{operation} needs approval by policy {operation.gate}. {' '.join(blockers)} Nothing was changed.",
            what_to_do="Ask for approval; somebody else in the group of managers decides.",
        )
    if approval is not None and not in_use:
        approval.state = Approval.State.USED
        approval.used_at = timezone.now()
        approval.save(update_fields=["state", "used_at"])


def approval_of(operation: Operation) -> tuple[Approval | None, bool]:
    """Return the newest approval that could cover this plan, and whether it must be in use already (playbook runs)."""
    if operation.playbook_run_id:
        return Approval.objects.filter(playbook_run_id=operation.playbook_run_id).order_by(
            "-id"
        ).first(), True
    return operation.approvals.select_for_update().order_by("-id").first(), False
