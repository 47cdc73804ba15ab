"""Errors that came in before: where each stands now, and whether it says the same."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from outreach_admin.db import jsonfields

QUEUE, ARCHIVE, PURGED = "queue", "archive", "purged"
# what no verb changes; where a row leaves it out it has nothing of it
ALWAYS = ("error_table", "code", "message", "domain", "company_unique_id", "details")
# what the database files where a row leaves it out
WHERE_GIVEN = (
    "outreach_id",
    "stage",
    "severity",
    "category",
    "blocks",
    "max_retries",
    "created_at",
)
# what triage changes: compared while nobody has touched the error
UNTOUCHED = (
    "disposition",
    "retry_count",
    "last_retry_at",
    "next_retry_at",
    "ttl_tier",
    "owner",
    "parked_at",
    "parked_by",
    "park_reason",
    "escalation_level",
    "escalated_at",
    "resolved_at",
    "resolution_note",
)
DEFAULTS = {"message": "''", "details": "'{}'"}
# an import that was undone brought nothing in: its rows may come again
GONE = """SELECT DISTINCT ON (subject_id) subject_id, before, to_state, action
    FROM governance_event WHERE subject_id = ANY(%(ids)s::uuid[])
    ORDER BY subject_id, id DESC"""
WAS_DELETED = "v.action <> 'UNDO' AND v.to_state IS NULL AND v.before IS NOT NULL"


class Standing(NamedTuple):
    """Where an error stands, and under which disposition."""

    where: str
    disposition: str


def standing(ids: Collection[str]) -> dict[str, Standing]:
    """Return where each of these errors stands: in the queue, in the archive, or purged. Three look-ups by index."""
    if not ids:
        return {}
    params: dict[str, Any] = {"ids": list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT id::text, '{QUEUE}', disposition
                FROM governance_huberror WHERE id = ANY(%(ids)s::uuid[])
            UNION ALL SELECT id::text, '{ARCHIVE}', 'ARCHIVED'
                FROM governance_archivederror WHERE id = ANY(%(ids)s::uuid[])""",
            params,
        )
        found = {key: Standing(*place) for key, *place in cursor.fetchall()}
        params["ids"] = [key for key in ids if key not in found]
        return _purged(params) | found


def _purged(params: Mapping[str, Any]) -> dict[str, Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT v.subject_id::text, 'ARCHIVED' FROM ({GONE}) v WHERE {WAS_DELETED}""",
            params,
        )
        return {key: Standing(PURGED, disposition) for key, disposition in cursor.fetchall()}


def is_any_archived(ids: Sequence[str]) -> bool:
    """Whether one of these errors stands in the archive. One look-up by index; the ids go as one value, as thousands take long to write apart."""
    if not ids:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (
                SELECT FROM governance_archivederror WHERE id = ANY(%s::uuid[]))""",
            [list(ids)],
        )
        (found,) = cursor.fetchone()
        return bool(found)


def same(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the ids of those rows whose error says the same, wherever it stands.

    A row is what was given, with its id. What triage changes counts only while version 1 is in the queue.
    """
    if not rows:
        return set()
    params: dict[str, Any] = {
        "ids": [row["id"] for row in rows],
        "rows": jsonfields.write(rows, ensure_ascii=False),
    }
    with connection.cursor() as cursor:
        cursor.execute(SAME, params)
        return {key for (key,) in cursor.fetchall()}


def _is_same() -> str:
    told = [f"e.{name} IS NOT DISTINCT FROM {_read(name)}" for name in ALWAYS]
    told += [_same_if_given(name) for name in WHERE_GIVEN]
    untouched = " AND ".join(map(_same_if_given, UNTOUCHED))
    return " AND ".join([*told, f"(e.is_touched OR ({untouched}))"])


def _read(name: str) -> str:
    default = DEFAULTS.get(name)
    return f"coalesce(d.{name}, {default})" if default else f"d.{name}"


def _same_if_given(name: str) -> str:
    return f"(NOT r.row ? '{name}' OR e.{name} IS NOT DISTINCT FROM d.{name})"


def _stored() -> str:
    listed = ", ".join(("id", *ALWAYS, *WHERE_GIVEN, *UNTOUCHED))
    return f"""SELECT {listed}, version > 1 AS is_touched
            FROM governance_huberror WHERE id = ANY(%(ids)s::uuid[])
        UNION ALL SELECT {listed}, true
            FROM governance_archivederror WHERE id = ANY(%(ids)s::uuid[])
        UNION ALL SELECT {listed}, true
            FROM ({GONE}) v
            CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_archivederror, v.before) b
            WHERE {WAS_DELETED}"""


SAME = f"""SELECT e.id::text
    FROM ({_stored()}) e
    JOIN LATERAL jsonb_array_elements(%(rows)s::jsonb) r(row) ON (r.row ->> 'id')::uuid = e.id
    CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_huberror, r.row) d
    WHERE {_is_same()}"""
