"""The statement that deletes rows for good."""

from typing import Any

from governance.models import Operation
from governance.verbs.registry import VERBS

# the database asks again what the plan asked; both lists come in the order of the batch
PURGE = """gone AS (
            SELECT b.tid
            FROM (SELECT array_agg(key) AS keys, array_agg(version) AS versions FROM batch) c
            CROSS JOIN LATERAL governance.purge(c.keys, c.versions, %s) AS p (id)
            JOIN batch b ON b.key = p.id),
        changed AS (SELECT g.tid, NULL::jsonb AS before FROM gone g)"""


def changing(operation: Operation) -> tuple[str, list[Any]]:
    """Return the CTEs that delete the rows of `batch` which may still go; the last is named `changed`.

    A hold, and a standing approval that has become void meanwhile, keep a row.
    """
    asked = VERBS[operation.verb].read(operation.parameters)
    return PURGE, [asked["at"]]
