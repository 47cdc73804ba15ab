"""The statements that move rows between queue and archive."""

from collections.abc import Iterable, Sequence
from typing import Any

from governance.declarations import moves
from governance.declarations.moves import ARCHIVE_FACTS
from governance.models import HubError, Operation
from governance.services.operations.sql import changes
from governance.verbs.registry import VERBS

UNDONE_BY_RESTORE = ("disposition", *moves.PARKED_FACTS, "resolved_at", "resolution_note")
MOVED = moves.columns_of(HubError)
# as they were planned: a row that has changed since stays
CHOSEN = "USING batch b WHERE e.id = b.key AND e.version = b.version"
# a moment that was told, and has passed long ago, ends no retention sooner
BECAUSE = ("%s", "%s", "%s", "g.disposition", "GREATEST(%s, now()) + t.retention")
IN_QUEUE = """CASE WHEN 'RETRY' = ANY (t.allowed_dispositions) THEN 'RETRY'
    ELSE t.default_disposition END"""
AS_RESTORED = dict.fromkeys(UNDONE_BY_RESTORE, "NULL") | {
    "disposition": IN_QUEUE,
    "escalation_level": "0",
}


def archive(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move live rows to the archive; as the undo of a restore, with the archive facts they had."""
    if undo:
        facts = [f"former.{name}" for name in ARCHIVE_FACTS]
        arriving = moves.archived(MOVED, _former(), facts, _with_former(moves.ARCHIVE))
        params: list[Any] = [changes.undone_key(operation)]
    else:
        own = [f'g."{name}"' for name in MOVED]
        arriving = moves.archived(MOVED, own, BECAUSE, moves.WITH_POLICY)
        now, because = operation.moment(), VERBS[operation.verb].reason(operation.parameters)
        params = [now, operation.doer.get_username(), because, now]
    return _move(moves.LIVE, arriving, UNDONE_BY_RESTORE), params


def restore(operation: Operation, *, undo: bool) -> tuple[str, list[Any]]:
    """Move archived rows back; a restore puts them into RETRY (or the table's default), an undo where they were."""
    if undo:
        arriving = moves.restored(MOVED, _former(), _with_former(moves.LIVE))
        params: list[Any] = [changes.undone_key(operation)]
    else:
        own = [AS_RESTORED.get(name, f'g."{name}"') for name in MOVED]
        arriving = moves.restored(MOVED, own, moves.WITH_POLICY)
        params = []
    return _move(moves.ARCHIVE, arriving, (*UNDONE_BY_RESTORE, *ARCHIVE_FACTS)), params


def _former() -> Iterable[str]:
    """Give a row back what its item kept of it, and leave it the rest."""
    for name in MOVED:
        yield f'former."{name}"' if name in UNDONE_BY_RESTORE else f'g."{name}"'


def _with_former(table: str) -> str:
    item = changes.FORMER_ITEM.format(subject="g.id::text")
    return f"""CROSS JOIN LATERAL ({item}) o
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) former"""


def _move(start: str, arriving: str, kept: Sequence[str]) -> str:
    return f"""gone AS ({moves.gone(start, CHOSEN, ["b.tid"])}),
        moved AS ({arriving}),
        changed AS (SELECT g.tid, {changes.was(kept, "g")} AS before FROM gone g)"""


WAYS = {("error", "archive"): archive, ("archive", "error"): restore}
