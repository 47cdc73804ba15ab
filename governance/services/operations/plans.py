"""Planning operations: the rows of a change, frozen with versions and refusals."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import Count
from django.utils import timezone

from governance import policies, subjects
from governance.exceptions import NotPermitted, PlanRefused, StateRefused
from governance.models import (
    Operation,
    OperationItem,
    PlaybookRun,
)
from governance.queries.operations import effects
from governance.services.operations import numbers, records, steering
from governance.services.operations.sql import refusals
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS

WAITING_HOURS = 72


def make(
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
    refuse_unless_may_plan(by, verb)
    asked = verb.stored(parameters)
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
        _insert_items(operation, verb, rows, after=[earlier.plan_key for earlier in after])
        freeze(operation, by=by, empty_allowed=playbook_run is not None)
    return operation


def refuse_unless_may_plan(user: User, verb: Verb) -> None:
    """Raise NotPermitted unless the person may plan this verb."""
    if not policies.may_plan(user, verb):
        raise NotPermitted(
            f"You may not {verb.label.lower()}.", what_to_do="Ask a person in the group that may."
        )


def draft(verb: Verb, requester: User, **columns: Any) -> Operation:
    """Create the record of a plan that has no rows yet; `freeze` completes it. Call inside a transaction."""
    key = numbers.key()
    return Operation.objects.create(
        pk=-key,
        plan_key=key,
        verb=verb.name,
        subject=verb.subject,
        requester=requester,
        plan_hash="",
        expires_at=timezone.now() + timedelta(hours=WAITING_HOURS),
        refused_tables=refusals.tables(verb),
        **{"as_of": timezone.now()} | columns,
    )


def _insert_items(
    operation: Operation, verb: Verb, rows: models.QuerySet[Any], *, after: Sequence[int]
) -> None:
    """Write one item per row in a single statement; no row travels to Python."""
    if after:
        earlier = OperationItem.objects.filter(operation_id__in=after)
        rows = rows.exclude(pk__in=subjects.named(verb.subject).keys(earlier))
    frozen = (
        rows.order_by()
        .select_related(None)
        .annotate(refused_because=verb.refusal(verb.read(operation.parameters), after=after))
        .values_list("pk", "version", "refused_because")
    )
    try:
        sql, params = frozen.query.sql_with_params()
    except EmptyResultSet:
        # a filter that Django knows to match nothing
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO governance_operationitem (plan_key, subject_id, version, outcome, reason)
            SELECT %s, q.id, q.version, CASE WHEN q.refused IS NULL THEN 'planned' ELSE 'skipped' END, q.refused
            FROM ({sql}) AS q (id, version, refused) ORDER BY q.id""",
            [operation.plan_key, *params],
        )


def freeze(operation: Operation, *, by: User, empty_allowed: bool = False) -> None:
    """Count and hash the items, find the gate; give a plan its number, unless its run will. Raises PlanRefused when there is nothing to do."""
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
    gate = gate or policies.gate_of(operation)
    operation.gate = gate.name if gate else None
    operation.save()
    if not operation.playbook_run_id:
        numbers.give(operation)
        tell(operation, by=by)


def tell(operation: Operation, *, by: User) -> None:
    """Begin the timeline of a plan that has its number."""
    records.step(
        operation,
        "planned",
        by=by.get_username(),
        note=f"{operation.eligible:,} eligible, {operation.skipped:,} refused",
    )


def _hash(operation: Operation) -> str:
    """Return SHA-256 over what would run: verb, parameters and every row with its version and refusal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT encode(sha256(convert_to(concat_ws('|', o.kind, o.verb, o.parameters::text, o.undoes_id::text, (
                SELECT string_agg(i.subject_id::text || ':' || coalesce(i.version::text, '') || ':' || coalesce(i.reason, ''), ',' ORDER BY i.subject_id)
                FROM governance_operationitem i WHERE i.plan_key = o.plan_key)), 'UTF8')), 'hex')
            FROM governance_operation o WHERE o.id = %s""",
            [operation.pk],
        )
        return str(cursor.fetchone()[0])


def rows_of(operation: Operation, items: models.QuerySet[OperationItem]) -> models.QuerySet[Any]:
    """Return the rows that these items of an operation are about."""
    subject = subjects.named(operation.subject)
    return subject.rows.filter(pk__in=subject.keys(items))


def again(
    operation: Operation,
    *,
    by: User,
    outcome: str,
    reason: str | None = None,
    channel: str = "browser",
) -> Operation:
    """Freeze a new plan, with the same parameters, over the rows that an ended operation left with this outcome.

    Raises what `make` raises, StateRefused while it runs and for undos and imports, and PlanRefused when no row is left to do.
    """
    _refuse_again(operation)
    chosen = {"outcome": outcome} | ({"reason": reason} if reason else {})
    with transaction.atomic():
        planned = make(
            operation.verb,
            by=by,
            rows=rows_of(operation, operation.items.filter(**chosen)),
            filter=urlencode({"operation": operation.reference} | chosen),
            scope="again",
            channel=channel,
            retries=operation,
            **operation.parameters,
        )
        _refuse_nothing_left(operation, planned)
    return planned


def _refuse_nothing_left(operation: Operation, planned: Operation) -> None:
    if not planned.eligible:
        why = ", ".join(f"{rows:,} {reason}" for reason, rows in planned.refusals.items())
        raise PlanRefused(
            f"None of these rows of {operation} is left to do: {why}.",
            what_to_do="Look at what became of them since.",
        )


def _refuse_again(operation: Operation) -> None:
    """Refuse to plan the rows of an undo, an import, or of work that goes on."""
    if operation.kind != Operation.Kind.VERB:
        raise StateRefused(
            f"{operation} is an {operation.get_kind_display()}: its rows cannot be planned again.",
            what_to_do="Act on the rows in the queue.",
        )
    if not operation.is_final:
        raise StateRefused(
            f"{operation} is {operation.get_state_display().lower()}: wait until it has ended."
        )


def revise(
    operation: Operation,
    *,
    by: User,
    channel: str = "browser",
    **parameters: Any,
) -> Operation:
    """Plan the same rows with other parameters and discard the old plan; what was approved for it is void.

    Raises what `plan` and `discard` raise, and StateRefused for undos and for plans of a playbook run or a job.
    """
    if operation.kind != Operation.Kind.VERB or operation.playbook_run_id or operation.is_of_job:
        raise StateRefused(
            f"{operation} takes no other parameters.", what_to_do="Discard it and plan anew."
        )
    with transaction.atomic():
        steering.discard(operation, by=by)
        return make(
            operation.verb,
            by=by,
            rows=rows_of(operation, operation.items.all()),
            filter=operation.filter,
            scope=operation.scope,
            channel=channel,
            remark=operation.note,
            as_of=operation.as_of,
            retries=operation.retries,
            **parameters,
        )
