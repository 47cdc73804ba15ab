"""Where some entities stand: with one workflow, or with all active ones."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q

from enrichment.models import Entity, State, Workflow

NOT_RUN = "not run"
Key = tuple[str, str]


def attach(rows: Sequence[Entity], workflow: Workflow | None) -> None:
    """Give each row its state with the workflow, else how many workflows it has been completed by. One query."""
    if workflow is None:
        counted = completed(rows)
        for row in rows:
            vars(row)["workflows"] = counted.get((row.entity_type, row.entity_key), 0)
        return
    found = states(rows, workflow)
    for row in rows:
        state = found.get((row.entity_type, row.entity_key))
        vars(row).update(told(state, workflow))


def told(state: State | None, workflow: Workflow) -> dict[str, Any]:
    """Say what a state says; none says that nothing ran."""
    if state is None:
        return {"state": NOT_RUN, "completed_at": None, "gap": ""}
    is_gap = bool(state.records_in_extracted) and state.records_in_core == 0
    is_meant = workflow.intent != Workflow.Intent.BY_DESIGN_NOT
    return {
        "state": state.status,
        "completed_at": state.succeeded_at,
        "gap": "gap" if is_gap and is_meant else "",
    }


def states(rows: Sequence[Entity], workflow: Workflow) -> dict[Key, State]:
    """Find the states of entities with one workflow."""
    named = State.objects.filter(workflow=workflow, entity_key__in=_keys(rows))
    return {(one.entity_type, one.entity_key): one for one in named}


def completed(rows: Sequence[Entity]) -> dict[Key, int]:
    """Count by entity the active workflows that it has been completed by."""
    types = sorted({row.entity_type for row in rows})
    found = State.objects.filter(
        Q(entity_type__in=types, entity_key__in=_keys(rows)),
        status="completed",
        workflow__is_active=True,
    )
    counted = found.values_list("entity_type", "entity_key").annotate(Count("pk"))
    return {(kind, key): count for kind, key, count in counted.order_by()}


def _keys(rows: Sequence[Entity]) -> list[str]:
    return [row.entity_key for row in rows]
