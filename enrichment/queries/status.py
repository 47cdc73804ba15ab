"""Which workflows have run for an entity: the seed's answer, the same on the page and over the API."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from enrichment import keys
from outreach_admin.exceptions import Refused

# in the order in which they are shown; together they are every active workflow of the type
BUCKETS = ("completed", "running", "pending", "failed", "stale", "not_run")
MISSING, NO_PATH = "missing_in_core", "no_path_to_core"
COLUMNS = (
    "workflow_name",
    "status",
    "completed_at",
    "coalesces_to_core",
    "records_in_extracted",
    "records_in_core",
    "gap",
    "gap_reason",
)
# a gap is what was extracted and should be in core, and is not
STATES = """
WITH said AS (
    SELECT asked.entity_key, w.workflow_name, coalesce(s.status, 'not_run') AS status,
        s.succeeded_at AS completed_at, w.coalesces_to_core,
        s.records_in_extracted, s.records_in_core,
        s.records_in_extracted > 0 AND s.records_in_core = 0
            AND w.intent IS DISTINCT FROM 'by_design_not' AS is_gap,
        w.intent = 'should' AND w.core_table IS NOT NULL AS has_path
    FROM unnest(%(keys)s::text[]) AS asked (entity_key)
    CROSS JOIN enrichment_workflow w
    LEFT JOIN enrichment_state s
        ON s.workflow_name = w.workflow_name AND s.entity_key = asked.entity_key COLLATE "C"
    WHERE w.is_active AND w.key_type = %(type)s)
SELECT entity_key, workflow_name, status, completed_at, coalesces_to_core,
    records_in_extracted, records_in_core, coalesce(is_gap, false),
    CASE WHEN is_gap AND has_path THEN 'missing_in_core' WHEN is_gap THEN 'no_path_to_core' END
FROM said
ORDER BY entity_key, workflow_name
"""
Answer = dict[str, Any]


def of(entity_type: str, raw: str) -> Answer:
    """Return every active workflow of that type with its state for one entity, and their sums.

    Whoever is unknown has run nothing. `completed_at` is of the newest completed run, whatever came
    after it; counts of records are null until a run or a check has told them. One query.
    Raises KeyRefused: 400 for an unknown type, 422 for a key that is none.
    Source: seed 'Data Cleanup TODO', phase 3.
    """
    key = keys.normalised(entity_type, raw)
    return found(entity_type, [key])[key]


def of_many(entity_type: str, raws: Sequence[str]) -> list[Answer]:
    """Return the same for many, in their order; a key that is none has its problem instead. One query.

    Raises KeyRefused (400) for an unknown type.
    """
    normal = [_read(entity_type, raw) for raw in raws]
    answers = found(entity_type, dict.fromkeys(one for one in normal if isinstance(one, str)))
    return [
        answers[one] if isinstance(one, str) else _refused(entity_type, raw, one)
        for raw, one in zip(raws, normal, strict=True)
    ]


def found(entity_type: str, entity_keys: Iterable[str]) -> dict[str, Answer]:
    """Return the answers for normalised keys."""
    answers = {key: _empty(entity_type, key) for key in entity_keys}
    with connection.cursor() as cursor:
        cursor.execute(STATES, {"keys": list(answers), "type": entity_type})
        for key, *values in cursor.fetchall():
            answers[key]["enrichments"].append(dict(zip(COLUMNS, values, strict=True)))
    for answer in answers.values():
        _count(answer)
    return answers


def _empty(entity_type: str, key: str) -> Answer:
    return {
        "entity_type": entity_type,
        "entity_key": key,
        "enrichments": [],
        "coverage": {"total_workflows": 0, **dict.fromkeys(BUCKETS, 0)},
    }


def _count(answer: Answer) -> None:
    coverage = answer["coverage"]
    for one in answer["enrichments"]:
        coverage["total_workflows"] += 1
        coverage[one["status"]] += 1


def _read(entity_type: str, raw: str) -> str | Refused:
    try:
        return keys.normalised(entity_type, raw)
    except keys.KeyRefused as refusal:
        if refusal.status == 400:
            raise
        return refusal


def _refused(entity_type: str, raw: str, refusal: Refused) -> Answer:
    return {
        "entity_type": entity_type,
        "entity_key": raw,
        "problem": refusal.sentence,
    }
