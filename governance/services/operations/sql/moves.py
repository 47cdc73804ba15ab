"""The statements that move rows between queue and archive."""

from collections.abc import Sequence
from typing import Any

from governance.models import HubError, Operation
from governance.services.operations.sql import changes
from governance.verbs.registry import VERBS

ARCHIVE_FACTS = (
    "archived_at",
    "archived_by",
    "archive_reason",
    "final_disposition",
    "retention_expires_at",
)

SHARED = tuple(
    str(field.column)
    for field in HubError._meta.concrete_fields
    if field.column not in ARCHIVE_FACTS
)

UNDONE_BY_RESTORE = (
    "disposition",
    "parked_at",
    "parked_by",
    "park_reason",
    "escalation_level",
    "escalated_at",
    "resolved_at",
    "resolution_note",
)

MOVED = tuple(name for name in SHARED if name != "version")


def _former(name: str) -> str:
    return f'former."{name}"' if name in UNDONE_BY_RESTORE else f'g."{name}"'


def archive(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move live rows to the archive; as the undo of a restore, with the archive facts they had."""
    if undo:
        own = ", ".join(_former(name) for name in MOVED)
        facts = ", ".join(f"former.{name}" for name in ARCHIVE_FACTS)
        source = _with_former("governance_archivederror")
        params: list[Any] = [changes.undone_key(operation)]
    else:
        own = ", ".join(f'g."{name}"' for name in MOVED)
        facts = "%s, %s, %s, g.disposition, %s + t.retention"
        source = "gone g JOIN governance_errortable t ON t.name = g.error_table"
        now = operation.moment()
        params = [
            now,
            operation.doer.get_username(),
            VERBS[operation.verb].reason(operation.parameters),
            now,
        ]
    return _move(
        "governance_huberror", "governance_archivederror", own, facts, source, UNDONE_BY_RESTORE
    ), params


def restore(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move archived rows back; a restore puts them into RETRY (or the table's default), an undo where they were."""
    kept = (*UNDONE_BY_RESTORE, *ARCHIVE_FACTS)
    if undo:
        own = ", ".join(_former(name) for name in MOVED)
        return _move(
            "governance_archivederror",
            "governance_huberror",
            own,
            "",
            _with_former("governance_huberror"),
            kept,
        ), [changes.undone_key(operation)]
    state = "CASE WHEN 'RETRY' = ANY (t.allowed_dispositions) THEN 'RETRY' ELSE t.default_disposition END"
    cleared = dict.fromkeys(UNDONE_BY_RESTORE, "NULL") | {
        "disposition": state,
        "escalation_level": "0",
    }
    own = ", ".join(cleared.get(name, f'g."{name}"') for name in MOVED)
    return _move(
        "governance_archivederror",
        "governance_huberror",
        own,
        "",
        "gone g JOIN governance_errortable t ON t.name = g.error_table",
        kept,
    ), []


def _with_former(table: str) -> str:
    return f"""gone g CROSS JOIN LATERAL ({changes.FORMER_ITEM.format(subject="g.id::text")}) o
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) former"""


def _move(start: str, end: str, own: str, facts: str, source: str, kept: Sequence[str]) -> str:
    columns = ", ".join(
        [*(f'"{name}"' for name in MOVED), "version", *(ARCHIVE_FACTS if facts else ())]
    )
    twin = _supersede() if facts else ""
    return f"""gone AS (DELETE FROM {start} e USING batch b WHERE e.id = b.key AND e.version = b.version RETURNING e.*, b.tid),
        moved AS (INSERT INTO {end} ({columns}) SELECT {own}, g.version + 1{", " + facts if facts else ""} FROM {source} {twin}),
        changed AS (SELECT g.tid, {changes.was(kept, "g")} AS before FROM gone g)"""


def _supersede() -> str:
    """Take the place of an archived row of the same id, which its history keeps whole: nothing is stranded in the queue."""
    names = [name for name in (*MOVED, *ARCHIVE_FACTS) if name != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(f'excluded."{name}"' for name in names)
    return f"ON CONFLICT (id) DO UPDATE SET ({columns}) = ROW({values})"


WAYS = {("error", "archive"): archive, ("archive", "error"): restore}
