"""The statements that give rows new values, and their own former ones back."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from governance.models import Operation
from governance.verbs.base import Verb


def was(names: Sequence[str], row: str) -> str:
    """Return the expression for the columns `names` of `row` as JSON."""
    pairs = ", ".join(f"'{name}', {row}.\"{name}\"" for name in names)
    return f"jsonb_build_object({pairs})"


def change(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    """Return the CTE that gives the rows of `batch` the values of the verb."""
    query = cast("UpdateQuery", verb.model._default_manager.all().query.chain(UpdateQuery))
    query.add_update_values(
        verb.changes(by=operation.doer, at=timezone.now(), **verb.read(operation.parameters))
    )
    sql, params = query.get_compiler(connection=connection).as_sql()
    return f"changed AS ({sql} {_by_version(verb, alias=verb.model._meta.db_table)})", list(params)


def _by_version(verb: Verb, *, alias: str) -> str:
    """Return FROM, WHERE and RETURNING: the row as it was comes from a second look at the same row in the snapshot."""
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    still = f"AND {verb.still}" if verb.still else ""
    return f"""FROM batch b JOIN {table} was ON was.{key} = b.key
        WHERE {alias}.{key} = b.key AND {alias}.version = b.version AND was.version = b.version {still}
        RETURNING b.tid, {was(verb.touches, "was")} AS before"""


def put_back(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    """Return the CTE that gives each row of `batch` its own former values."""
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    columns = ", ".join(f'"{name}"' for name in verb.touches)
    former = ", ".join(f'former."{name}"' for name in verb.touches)
    sql = f"""changed AS (UPDATE {table} e SET ({columns}) = ROW({former})
        FROM batch b
        JOIN {table} was ON was.{key} = b.key
        CROSS JOIN LATERAL ({FORMER_ITEM.format(subject="b.subject_id")}) o
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) former
        WHERE e.{key} = b.key AND e.version = b.version AND was.version = b.version
        RETURNING b.tid, {was(verb.touches, "was")} AS before)"""
    return sql, [operation.undoes_id]


# LIMIT keeps the planner from joining the other way round
FORMER_ITEM = "SELECT i.before FROM governance_operationitem i WHERE i.operation_id = %s AND i.subject_id = {subject} LIMIT 1"
