"""Which workflows have run for an entity: the seed's answer, the same on the page and over the API."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from enrichment import keys
from outreach_admin.exceptions import Refused

# in the order in which they are shown; together they are every active workflow of the type
BUCKETS = ("completed", "running", "pending", "failed", "stale", "not_run")
MISSING, NO_PATH = "missing_in_core", "no_path_to_core"
# A gap is what was extracted and should be in core, and is not. The answer is written by the
# database: five hundred entities are some thousands of objects that nobody here looks into.
STATES = """
SELECT entity_key, json_build_object(
    'entity_type', %(type)s::text,
    'entity_key', entity_key,
    'enrichments', enrichments,
    'coverage', json_build_object(
        'total_workflows', total_workflows,
        'completed', completed,
        'running', running,
        'pending', pending,
        'failed', failed,
        'stale', stale,
        'not_run', total_workflows - completed - running - pending - failed - stale))::text
FROM (
    SELECT asked.entity_key,
        coalesce(json_agg(e ORDER BY e.workflow_name) FILTER (WHERE e.status <> ''), '[]') AS enrichments,
        count(e.status) AS total_workflows,
        count(*) FILTER (WHERE e.status = 'completed') AS completed,
        count(*) FILTER (WHERE e.status = 'running') AS running,
        count(*) FILTER (WHERE e.status = 'pending') AS pending,
        count(*) FILTER (WHERE e.status = 'failed') AS failed,
        count(*) FILTER (WHERE e.status = 'stale') AS stale
    FROM unnest(%(keys)s::text[]) AS asked (entity_key)
    LEFT JOIN LATERAL (
        SELECT w.workflow_name,
            coalesce(s.status, 'not_run') AS status,
            regexp_replace(
                to_char(s.succeeded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
                '\\.0+$', '') || 'Z' AS completed_at,
            w.coalesces_to_core,
            s.records_in_extracted,
            s.records_in_core,
            coalesce(g.is_gap, false) AS gap,
            CASE WHEN g.is_gap AND w.intent = 'should' AND w.core_table IS NOT NULL
                    THEN 'missing_in_core'
                WHEN g.is_gap THEN 'no_path_to_core' END AS gap_reason
        FROM enrichment_workflow w
        LEFT JOIN enrichment_state s
            ON s.workflow_name = w.workflow_name AND s.entity_key = asked.entity_key COLLATE "C"
        CROSS JOIN LATERAL (
            SELECT s.records_in_extracted > 0 AND s.records_in_core = 0
                AND w.intent IS DISTINCT FROM 'by_design_not' AS is_gap) g
        WHERE w.is_active AND w.key_type = %(type)s
    ) e ON true
    GROUP BY asked.entity_key
) told
"""
Answer = dict[str, Any]


def of(entity_type: str, raw: str) -> Answer:
    """Return what `text_of` writes, as an object; times are texts."""
    answer: Answer = json.loads(text_of(entity_type, raw))
    return answer


def text_of(entity_type: str, raw: str) -> str:
    """Write as JSON every active workflow of that type with its state for one entity, and their sums.

    Whoever is unknown has run nothing. `completed_at` is of the newest completed run, whatever came
    after it; counts of records are null until a run or a check has told them. One query.
    Raises KeyRefused: 400 for an unknown type, 422 for a key that is none.
    Source: seed 'Data Cleanup TODO', phase 3.
    """
    key = keys.normalised(entity_type, raw)
    return _found(entity_type, [key])[key]


def texts_of(entity_type: str, raws: Sequence[str]) -> list[str]:
    """Write the same for many, in their order; a key that is none has its problem instead. One query.

    Raises KeyRefused (400) for an unknown type.
    """
    keys.rule_of(entity_type)
    normal = [_read(entity_type, raw) for raw in raws]
    known = dict.fromkeys(one for one in normal if isinstance(one, str))
    answers = _found(entity_type, list(known))
    return [
        answers[one] if isinstance(one, str) else _refused(raw, one)
        for raw, one in zip(raws, normal, strict=True)
    ]


def _found(entity_type: str, entity_keys: list[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(STATES, {"keys": entity_keys, "type": entity_type})
        return dict(cursor.fetchall())


def _read(entity_type: str, raw: str) -> str | Refused:
    try:
        return keys.normalised(entity_type, raw)
    except keys.KeyRefused as refusal:
        if refusal.status == 400:
            raise
        return refusal


def _refused(raw: str, refusal: Refused) -> str:
    problem = {"entity_key": raw, "problem": refusal.sentence}
    return json.dumps(problem, ensure_ascii=False)
