"""Numbers of operations and runs: taken when a plan is complete, so that none is ever missing.

Until then a plan goes by a key below zero, which nobody else ever sees.
"""

from collections.abc import Sequence

from django.db import connection

from governance.models import Operation, PlaybookRun


def key() -> int:
    """Return a key that no other plan has or had; those of plans that failed are lost."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('governance_plan_key')")
        return int(cursor.fetchone()[0])


def give(operation: Operation) -> None:
    """Give a complete plan the next number. Call as late as can be: until the transaction ends, others wait for theirs."""
    operation.pk = _taken("governance.number_operation(%s)", operation.pk)


def give_run(run: PlaybookRun, operations: Sequence[Operation]) -> None:
    """Give a complete run the next number, and its operations the next ones in their order. Call as late as can be."""
    run.pk = _taken("governance.number_run(%s)", run.pk)
    for operation in operations:
        operation.playbook_run = run
        give(operation)


def _taken(call: str, provisional: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}", [provisional])
        return int(cursor.fetchone()[0])
