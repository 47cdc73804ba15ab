"""The statement that deletes rows for good."""

from typing import Any

from governance.models import Operation
from governance.verbs.registry import VERBS


def changing(operation: Operation) -> tuple[str, list[Any]]:
    """Return the CTEs that delete the rows of `batch` which may still go; the last is named `changed`.

    A hold, and a standing approval that has become void meanwhile, keep a row: all is asked again.
    """
    asked = VERBS[operation.verb].read(operation.parameters)
    return (
        """gone AS (
            DELETE FROM governance_archivederror e USING batch b
            WHERE e.id = b.key AND e.version = b.version
                AND e.held_at IS NULL AND e.retention_expires_at <= %s
                AND e.error_table IN (SELECT governance.tables_to_purge())
            RETURNING b.tid),
        changed AS (SELECT g.tid, NULL::jsonb AS before FROM gone g)""",
        [asked["at"]],
    )
