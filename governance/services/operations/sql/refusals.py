"""The statement that refuses, at once, every row whose error table does not allow what would be done."""

from typing import Any

from django.db import connection

from governance.models import ErrorTable, Operation
from governance.queries.operations import places
from governance.services.operations import records
from governance.verbs.base import NOT_ALLOWED, Verb
from governance.verbs.registry import VERBS

REFUSE = """UPDATE governance_operationitem i
    SET outcome = 'skipped', reason = format(%(reason)s, {leads_to})
    FROM {rows} e JOIN governance_errortable t ON t.name = e.error_table {former}
    WHERE i.plan_key = %(plan_key)s AND i.outcome = 'planned' AND e.id = i.subject_id::uuid
      AND NOT {leads_to} = ANY (t.allowed_dispositions)"""
FORMER = """JOIN governance_operationitem o
    ON o.plan_key = %(undone)s AND o.subject_id = e.id::text"""
STAGED = """(SELECT r.subject_id::uuid AS id, r.data ->> 'error_table' AS error_table,
        r.data ->> 'disposition' AS disposition
    FROM governance_importrow r JOIN governance_importfile f ON f.id = r.file_id
    WHERE f.operation_id = %(operation)s)"""


def tables(verb: Verb) -> list[str]:
    """Return the error tables that do not allow what `verb` does, in order; none where it needs nothing of them."""
    if not verb.needs:
        return []
    refusing = ErrorTable.objects.exclude(allowed_dispositions__contains=[verb.needs])
    return list(refusing.order_by("name").values_list("name", flat=True))


def follow_policies(operation: Operation) -> None:
    """Refuse rows of error tables whose policy has changed since the rows were last judged by it."""
    if operation.kind != Operation.Kind.VERB:
        return
    refusing = tables(VERBS[operation.verb])
    if refusing != (operation.refused_tables or []):
        refuse(operation)
        operation.refused_tables = refusing
        operation.save(update_fields=["refused_tables"])


def refuse(operation: Operation) -> int:
    """Skip every row still to do whose error table does not allow where it would go; returns how many.

    A verb leads where it needs, else it leaves the row where it is; an undo leads where the row was.
    One step of the history tells it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(operation), _parameters(operation))
        refused: int = cursor.rowcount
    if refused:
        operation.skipped += refused
        operation.save(update_fields=["skipped"])
        note = f"{refused:,}: their error tables do not allow what they would become"
        records.step(operation, "refused rows", by="system", note=note)
    return refused


def _statement(operation: Operation) -> str:
    undo = operation.kind == Operation.Kind.UNDO
    needs = VERBS[operation.verb].needs
    if undo:
        leads_to = "coalesce(o.before ->> 'disposition', e.disposition)"
    else:
        leads_to = "%(needs)s" if needs else "e.disposition"
    is_import = operation.kind == Operation.Kind.IMPORT
    rows = STAGED if is_import else places.before(operation).model._meta.db_table
    return REFUSE.format(rows=rows, leads_to=leads_to, former=FORMER if undo else "")


def _parameters(operation: Operation) -> dict[str, Any]:
    return {
        "operation": operation.pk,
        "plan_key": operation.plan_key,
        "undone": operation.undoes.plan_key if operation.undoes else None,
        "needs": str(VERBS[operation.verb].needs),
        "reason": NOT_ALLOWED.format("%s"),
    }
