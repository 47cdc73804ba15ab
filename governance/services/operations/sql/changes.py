"""The statements that give rows new values, and their own former ones back."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.sql import UpdateQuery

from governance.models import Operation
from governance.verbs.base import Verb


def was(names: Sequence[str], row: str) -> str:
    """Return the expression for the columns `names` of `row` as JSON."""
    pairs = ", ".join(f"'{name}', {row}.\"{name}\"" for name in names)
    return f"jsonb_build_object({pairs})"


def change(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    """Return the CTE that gives the rows of `batch` the values of the verb."""
    query = cast("UpdateQuery", verb.model._default_manager.all().query.chain(UpdateQuery))
    values = verb.changes(
        by=operation.doer, at=operation.moment(), **verb.read(operation.parameters)
    )
    query.add_update_values(values | {name: RawSQL(text, ()) for name, text in counted(verb.model)})  # noqa: S611 - our own text
    sql, params = query.get_compiler(connection=connection).as_sql()
    return f"changed AS ({sql} {_by_version(verb, alias=verb.model._meta.db_table)})", list(params)


def counted(model: type[models.Model]) -> list[tuple[str, str]]:
    """Return what every change sets, with its SQL, so that the triggers that would set it need not run."""
    names = {field.column for field in model._meta.concrete_fields}
    version = f"{model._meta.db_table}.version + 1"
    return [("version", version), *([("updated_at", "now()")] if "updated_at" in names else [])]


def _by_version(verb: Verb, *, alias: str) -> str:
    """Return FROM, WHERE and RETURNING: the row is found once by its key, and changed at that place.

    A place alone would not notice that somebody moves the row meanwhile: its version is asked as well.
    """
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    still = f"AND {verb.still}" if verb.still else ""
    return f"""FROM batch b JOIN {table} was ON was.{key} = b.key
        WHERE {alias}.ctid = was.ctid AND {alias}.version = b.version AND was.version = b.version {still}
        RETURNING b.tid, {was(verb.touches, "was")} AS before"""


def put_back(operation: Operation, verb: Verb) -> tuple[str, list[Any]]:
    """Return the CTE that gives each row of `batch` its own former values."""
    table, key = verb.model._meta.db_table, verb.model._meta.pk.column
    own = counted(verb.model)
    columns = ", ".join(f'"{name}"' for name in (*verb.touches, *(name for name, _ in own)))
    former = [*(f'former."{name}"' for name in verb.touches), *(text for _, text in own)]
    sql = f"""changed AS (UPDATE {table} SET ({columns}) = ROW({", ".join(former)})
        FROM batch b
        JOIN {table} was ON was.{key} = b.key
        CROSS JOIN LATERAL ({FORMER_ITEM.format(subject="b.subject_id")}) o
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) former
        WHERE {table}.ctid = was.ctid AND {table}.version = b.version AND was.version = b.version
        RETURNING b.tid, {was(verb.touches, "was")} AS before)"""
    return sql, [undone_key(operation)]


# LIMIT keeps the planner from joining the other way round
FORMER_ITEM = "SELECT i.before FROM governance_operationitem i WHERE i.plan_key = %s AND i.subject_id = {subject} LIMIT 1"


def undone_key(undo: Operation) -> int:
    """Return what the rows of the operation that `undo` takes back are kept under."""
    if undo.undoes is None:
        raise ValueError(f"{undo} takes nothing back")
    return undo.undoes.plan_key
