"""The set-based statements behind a chunk of an import, and of its undo."""

from typing import Any

from governance.models import Operation
from governance.queries.operations import staged


def changing(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Return the CTEs that insert the staged rows of `batch`, or delete what an import inserted; the last is named `changed`."""
    return _delete() if undo else _insert(operation)


def _insert(operation: Operation) -> tuple[str, list[Any]]:
    """Insert rows whose id nobody has; filing, history and readiness follow by trigger."""
    # LIMIT keeps the planner from joining the other way round, which without statistics can be quadratic
    return (
        f"""made AS (INSERT INTO governance_huberror ({staged.LISTED})
            SELECT {staged.values_of("d")} FROM batch b
            CROSS JOIN LATERAL (SELECT r.data FROM governance_importrow r WHERE r.file_id = %s AND r.subject_id = b.subject_id AND r.data IS NOT NULL LIMIT 1) r
            CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_huberror, r.data) d
            WHERE NOT EXISTS (SELECT FROM governance_archivederror a WHERE a.id = b.key)
            ON CONFLICT (id) DO NOTHING RETURNING id),
        changed AS (SELECT i.tid, NULL::jsonb AS before FROM made m
            CROSS JOIN LATERAL (SELECT i.ctid AS tid FROM governance_operationitem i WHERE i.plan_key = %s AND i.subject_id = m.id::text LIMIT 1) i)""",
        [operation.import_file.pk, operation.plan_key],
    )


def _delete() -> tuple[str, list[Any]]:
    """Delete rows that are as the import made them, and keep each whole."""
    return (
        """gone AS (DELETE FROM governance_huberror e USING batch b WHERE e.id = b.key AND e.version = b.version RETURNING e.*, b.tid),
        changed AS (SELECT g.tid, to_jsonb(g) - 'tid' - 'message_key' AS before FROM gone g)""",
        [],
    )
