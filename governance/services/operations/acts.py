"""Acts: something done to one row at once, as an operation like any other."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction

from governance.exceptions import PlanRefused, StateRefused
from governance.models import Operation
from governance.services.operations import plans, runner, steering, undos
from governance.verbs.base import Verb


def do(verb: Verb, record: models.Model, *, by: User, version: int, **parameters: Any) -> Operation:
    """Plan a verb for one row and run it here and now, all or nothing.

    A plan that a policy stops is kept and returned as it waits; one whose row somebody holds runs on in a worker.
    Raises what planning and starting raise, StateRefused for a row changed since `version`, PlanRefused for one that cannot be changed.
    """
    return _at_once(
        lambda: plans.make(verb, by=by, errors=[record], **parameters), by=by, version=version
    )


def take_back(done: Operation, *, by: User) -> Operation:
    """Undo an operation over one row here and now, all or nothing.

    Returns the undo, which waits where a policy stops it. Raises what planning an undo raises, and StateRefused for more than one row.
    """
    if done.planned != 1:
        raise StateRefused(
            f"{done} is about {done.planned:,} rows: taking it back needs a preview.",
            what_to_do=f"Open {done} and preview its undo.",
        )
    return _at_once(lambda: undos.plan(done, by=by), by=by)


def begin(operation: Operation, *, by: User) -> Operation:
    """Start a plan that no policy stops and do its first rows here and now; workers do what is left.

    One that a policy stops is left as it waits. Raises what starting raises.
    """
    if operation.gate is None:
        steering.start(operation, by=by)
        runner.run_chunk(operation.pk)
        operation.refresh_from_db()
    return operation


def _at_once(plan: Callable[[], Operation], *, by: User, version: int | None = None) -> Operation:
    with transaction.atomic():
        operation = plan()
        _refuse_changed(operation, version)
        _refuse_untouched(operation)
        if operation.gate is None:
            steering.start(operation, by=by)
            runner.run_chunk(operation.pk)
            operation.refresh_from_db()
            _refuse_untouched(operation)
    return operation


def _refuse_changed(operation: Operation, version: int | None) -> None:
    """Refuse a row that is no longer the one the person looked at."""
    if version is not None and operation.items.get().version != version:
        raise StateRefused(
            "Somebody has changed this row since you opened it. Nothing was done.",
            what_to_do="Look at it again and decide anew.",
        )


def _refuse_untouched(operation: Operation) -> None:
    """Refuse, and so keep nothing, where the row was refused or could not be changed."""
    if left := operation.items.filter(outcome__in=["skipped", "failed"]).first():
        raise PlanRefused(
            f"Nothing was done to this row: {left.reason}.",
            what_to_do="Look at it as it is now.",
        )
