"""Planning runs of a playbook: all plans made at one moment, hashed as one."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import PlanRefused, StateRefused
from governance.models import (
    Operation,
    Playbook,
    PlaybookRun,
    PlaybookVersion,
)
from governance.queries import approvals
from governance.queries.operations import undo_groups
from governance.queries.playbooks import rules as playbook_rules
from governance.services.operations import numbers, plans, records, undos
from governance.services.playbooks import runs

WAITING = ("planned", "awaiting", "approved")


def make(
    version: PlaybookVersion,
    *,
    by: User,
    channel: str = "browser",
    note: str = "",
    os_user: str | None = None,
    as_of: datetime | None = None,
) -> PlaybookRun:
    """Freeze one operation per rule, in order, as of one moment; each row belongs to the first rule that matches.

    Raises NotPermitted for the playbook or one of its verbs, PlanRefused when no rule matches a row or one has lost a part.
    """
    with transaction.atomic():
        _see_one_moment()
        run, planned = _plan(
            version, by=by, channel=channel, note=note, os_user=os_user, as_of=as_of
        )
        if not any(operation.planned for operation in planned):
            raise PlanRefused(
                f"No row matches a rule of {version}: there is nothing to do.",
                what_to_do="Look at the rules, or at the queue.",
            )
        _seal(run, planned)
    return run


def simulate(
    rules: Sequence[playbook_rules.Rule], *, playbook: Playbook, by: User | None = None
) -> list[playbook_rules.RuleCount]:
    """Count what each rule would do on the rows as they are now, by planning a run and taking it back.

    Without `by` the rights of a person are left out of account. Raises as `plan`, save for the empty run.
    """
    with transaction.atomic():
        _see_one_moment()
        person = by or User.objects.create(username=f"simulation-{uuid4()}", is_superuser=True)
        version = PlaybookVersion.objects.create(
            playbook=playbook, number=10**9 + uuid4().int % 10**9, rules=list(rules)
        )
        _, planned = _plan(version, by=person, channel="simulation")
        counts = [
            playbook_rules.RuleCount(
                operation.planned,
                operation.eligible,
                operation.refusals,
                approvals.effect_of([operation])["gates"],
            )
            for operation in planned
        ]
        transaction.set_rollback(True)
    return counts


def _see_one_moment() -> None:
    """Let all rules read the same state of the rows; only the outermost transaction can ask for it."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def undo(
    run: PlaybookRun,
    *,
    by: User,
    channel: str = "browser",
) -> PlaybookRun:
    """Freeze the undo of every operation of an ended run that has rows to give back, the last one first, as a run of its own.

    Raises NotPermitted, StateRefused (under way, undone already or about to be) and PlanRefused when nothing of it is left to undo.
    """
    if run.finished_at is None:
        raise StateRefused(f"{run} is {run.get_state_display().lower()}: wait until it has ended.")
    with transaction.atomic():
        current = records.locked(run)
        if waiting := current.undos.filter(state__in=[*WAITING, PlaybookRun.State.RUNNING]).first():
            raise StateRefused(f"{waiting} already undoes {run}.", what_to_do=f"Open {waiting}.")
        back = _new(run.version, by=by, undoes=current, channel=channel)
        planned = _plan_back(current, back, by=by)
        if not planned:
            raise PlanRefused(
                f"Nothing of {run} is left to undo.",
                what_to_do="Look at what became of its rows since.",
            )
        _seal(back, planned)
    return back


def _plan_back(run: PlaybookRun, back: PlaybookRun, *, by: User) -> list[Operation]:
    planned: list[Operation] = []
    for original in run.operations.filter(applied__gt=0).order_by("-position"):
        if undo_groups.preview(original)["reverted"]:
            planned.append(
                undos.plan(
                    original,
                    by=by,
                    channel=back.channel,
                    note=original.note,
                    playbook_run=back,
                    position=len(planned),
                )
            )
    return planned


def _plan(
    version: PlaybookVersion, *, by: User, **columns: Any
) -> tuple[PlaybookRun, list[Operation]]:
    _refuse_broken(version)
    run = _new(version, by=by, **columns)
    planned: list[Operation] = []
    for rule in version.rules:
        planned.append(_plan_rule(run, rule, by=by, after=planned))
    return run, planned


def _refuse_broken(version: PlaybookVersion) -> None:
    """Refuse rules that lost a part since they were saved: without it they would be about more rows."""
    if wrong := playbook_rules.broken(version.rules):
        raise PlanRefused(
            f"{version} can no longer run. {' '.join(wrong)}",
            what_to_do="Edit its rules; nothing was planned.",
        )


def _new(
    version: PlaybookVersion,
    *,
    by: User,
    note: str = "",
    as_of: datetime | None = None,
    **columns: Any,
) -> PlaybookRun:
    """Create a run that has no plans yet; `_seal` completes it."""
    runs.refuse_unless_may_run(by)
    now = timezone.now()
    return PlaybookRun.objects.create(
        pk=-numbers.key(),
        version=version,
        requester=by,
        note=note.replace("\0", "\ufffd"),
        plan_hash="",
        as_of=as_of or now,
        expires_at=now + timedelta(hours=plans.WAITING_HOURS),
        **columns,
    )


def _seal(run: PlaybookRun, planned: Sequence[Operation]) -> None:
    """Find the gate of a run, hash its plans and number them: none is added from here on."""
    gate = policies.gate_for_runs([operation.gate for operation in planned if operation.gate])
    run.gate = gate.name if gate else None
    run.plan_hash = hashlib.sha256(
        "|".join(operation.plan_hash for operation in planned).encode()
    ).hexdigest()
    run.save(update_fields=["gate", "plan_hash"])
    numbers.give_run(run, planned)
    for operation in planned:
        plans.tell(operation, by=run.requester)


def _plan_rule(
    run: PlaybookRun, rule: playbook_rules.Rule, *, by: User, after: Sequence[Operation]
) -> Operation:
    return plans.make(
        rule["verb"],
        by=by,
        rows=playbook_rules.matching(rule, as_of=run.as_of),
        filter=playbook_rules.canonical(rule),
        scope="rule",
        channel=run.channel,
        os_user=run.os_user,
        remark=rule["name"],
        as_of=run.as_of,
        after=after,
        playbook_run=run,
        **rule.get("parameters", {}),
    )
