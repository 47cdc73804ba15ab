"""The set-based statements behind a chunk of an import, and of its undo."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from governance.models import HubError, Operation, Outreach

VERB = "import"
EXISTS = "an error with this id exists already"
ARCHIVED = "an archived error has this id"
SKIPPED = (EXISTS, ARCHIVED)
# the database fills these, or knows them better
OWN = ("message_key", "retry_exhausted", "expires_at", "version", "updated_at")
DEFAULTS = {"retry_count": "0", "escalation_level": "0", "details": "'{}'"}
# a row to come, found by item `i`, with what the database will file them under where it decides what an operation does to companies
STAGED = """LATERAL (SELECT r.error_id AS id, (r.data ->> 'outreach_id')::uuid AS outreach_id, t.name AS error_table,
    coalesce((r.data ->> 'blocks')::boolean, c.blocking, t.blocks_promotion) AS blocks,
    coalesce(r.data ->> 'disposition', CASE WHEN w.wanted = ANY (t.allowed_dispositions) THEN w.wanted ELSE t.default_disposition END) AS disposition,
    governance.expiry(coalesce((r.data ->> 'created_at')::timestamptz, now()), coalesce(r.data ->> 'ttl_tier', c.ttl_tier, t.ttl_tier)) AS expires_at
    FROM governance_importrow r
    JOIN governance_errortable t ON t.name = r.data ->> 'error_table'
    LEFT JOIN governance_errorcode c ON c.code = r.data ->> 'code'
    CROSS JOIN LATERAL (SELECT CASE WHEN c.code IS NULL THEN CASE r.data ->> 'severity' WHEN 'CRITICAL' THEN 'PARKED' WHEN 'LOW' THEN 'IGNORE' END END AS wanted) w
    WHERE r.file_id = (SELECT f.id FROM governance_importfile f WHERE f.operation_id = %(operation)s)
        AND r.error_id = i.subject_id AND r.data IS NOT NULL LIMIT 1)"""
COLUMNS = tuple(
    str(field.column) for field in HubError._meta.concrete_fields if field.column not in OWN
)


def changing(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Return the CTEs that insert the staged rows of `batch`, or delete what an import inserted; the last is named `changed`."""
    return _delete() if undo else _insert(operation)


def _insert(operation: Operation) -> tuple[str, list[Any]]:
    """Insert rows whose id nobody has; filing, history and readiness follow by trigger."""
    listed = ", ".join(f'"{name}"' for name in COLUMNS)
    values = ", ".join(
        f'coalesce(d."{name}", {DEFAULTS[name]})' if name in DEFAULTS else f'd."{name}"'
        for name in COLUMNS
    )
    # LIMIT keeps the planner from joining the other way round, which without statistics can be quadratic
    return (
        f"""made AS (INSERT INTO governance_huberror ({listed})
            SELECT {values} FROM batch b
            CROSS JOIN LATERAL (SELECT r.data FROM governance_importrow r WHERE r.file_id = %s AND r.error_id = b.subject_id AND r.data IS NOT NULL LIMIT 1) r
            CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_huberror, r.data) d
            WHERE NOT EXISTS (SELECT FROM governance_archivederror a WHERE a.id = b.subject_id)
            ON CONFLICT (id) DO NOTHING RETURNING id),
        changed AS (SELECT i.tid, NULL::jsonb AS before FROM made m
            CROSS JOIN LATERAL (SELECT i.ctid AS tid FROM governance_operationitem i WHERE i.operation_id = %s AND i.subject_id = m.id LIMIT 1) i)""",
        [operation.import_file.pk, operation.pk],
    )


def _delete() -> tuple[str, list[Any]]:
    """Delete rows that are as the import made them, and keep each whole."""
    return (
        """gone AS (DELETE FROM governance_huberror e USING batch b WHERE e.id = b.subject_id AND e.version = b.version RETURNING e.*, b.tid),
        changed AS (SELECT g.tid, to_jsonb(g) - 'tid' - 'message_key' AS before FROM gone g)""",
        [],
    )


def staged(operation: Operation, subjects: Sequence[UUID]) -> dict[UUID, HubError]:
    """Return rows that an import would make, as they are staged; none of them is in the database yet."""
    rows = HubError.objects.raw(
        """SELECT d.*, governance.expiry(coalesce(d.created_at, now()), coalesce(d.ttl_tier, t.ttl_tier)) AS would_expire_at
        FROM governance_importrow r
        CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_huberror, r.data) d JOIN governance_errortable t ON t.name = d.error_table
        WHERE r.file_id = (SELECT f.id FROM governance_importfile f WHERE f.operation_id = %s) AND r.error_id = ANY (%s) AND r.data IS NOT NULL""",
        [operation.pk, list(subjects)],
    )
    found = {row.pk: row for row in rows}
    companies = Outreach.objects.select_related("company").in_bulk(
        {row.outreach_id for row in found.values() if row.outreach_id}
    )
    for row in found.values():
        row._state.adding = True
        row.expires_at = vars(row)["would_expire_at"]
        row.outreach = companies.get(row.outreach_id)
    return found
