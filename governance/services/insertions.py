"""The set-based statements behind a chunk of an import, and of its undo."""

from typing import Any

from governance.models import HubError, Operation

VERB = "import"
EXISTS = "an error with this id exists already"
ARCHIVED = "an archived error has this id"
SKIPPED = (EXISTS, ARCHIVED)
# the database fills these, or knows them better
OWN = ("message_key", "retry_exhausted", "expires_at", "version", "updated_at")
DEFAULTS = {"retry_count": "0", "escalation_level": "0", "details": "'{}'"}
COLUMNS = tuple(field.column for field in HubError._meta.concrete_fields if field.column not in OWN)


def changing(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Return the CTEs that insert the staged rows of `batch`, or delete what an import inserted; the last is named `changed`."""
    return _delete() if undo else _insert(operation)


def _insert(operation: Operation) -> tuple[str, list[Any]]:
    """Insert rows whose id nobody has; filing, history and readiness follow by trigger."""
    listed = ", ".join(f'"{name}"' for name in COLUMNS)
    values = ", ".join(f'coalesce(d."{name}", {DEFAULTS[name]})' if name in DEFAULTS else f'd."{name}"' for name in COLUMNS)
    # LIMIT keeps the planner from joining the other way round
    return (
        f"""made AS (INSERT INTO governance_huberror ({listed})
            SELECT {values} FROM batch b
            CROSS JOIN LATERAL (SELECT r.data FROM governance_importrow r WHERE r.file_id = %s AND r.error_id = b.subject_id AND r.data IS NOT NULL LIMIT 1) r
            CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_huberror, r.data) d
            WHERE NOT EXISTS (SELECT FROM governance_archivederror a WHERE a.id = b.subject_id)
            ON CONFLICT (id) DO NOTHING RETURNING id),
        changed AS (SELECT b.tid, NULL::jsonb AS before FROM batch b WHERE b.subject_id IN (SELECT id FROM made))""",
        [operation.import_file.pk],
    )


def _delete() -> tuple[str, list[Any]]:
    """Delete rows that are as the import made them, and keep each whole."""
    return (
        """gone AS (DELETE FROM governance_huberror e USING batch b WHERE e.id = b.subject_id AND e.version = b.version RETURNING e.*, b.tid),
        changed AS (SELECT g.tid, to_jsonb(g) - 'tid' - 'message_key' AS before FROM gone g)""",
        [],
    )
