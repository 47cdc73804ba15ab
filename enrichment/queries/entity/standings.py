"""Where each workflow stands with one entity: the answer of the API, and what its page says beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from enrichment.models import Run, State, Workflow

# days; what is fresh for longer is fresh for good
LONGEST = 36_500


@dataclass(frozen=True)
class Standing:
    """One workflow: its entry in the answer, its rules, and its state; None where it never ran."""

    entry: dict[str, Any]
    workflow: Workflow
    state: State | None

    @property
    def run(self) -> Run | None:
        """Give the run that the state is of."""
        return self.state.run if self.state else None

    @property
    def fresh_until(self) -> datetime | None:
        """Tell until when it counts as enriched: less long where its newest success found nothing."""
        success = self.state.success if self.state else None
        if success is None or success.completed_at is None:
            return None
        is_empty = success.records_out == 0
        rule = self.workflow
        days = rule.empty_fresh_days if is_empty else rule.fresh_days
        return success.completed_at + timedelta(days=min(days, LONGEST))


def of(answer: dict[str, Any]) -> list[Standing]:
    """Return what an answer of queries/status.py tells, with workflows and states. Two queries.

    A workflow that was renamed since the answer is left out.
    """
    entries = {entry["workflow_name"]: entry for entry in answer["enrichments"]}
    workflows = Workflow.objects.in_bulk(list(entries), field_name="workflow_name")
    rows = State.objects.filter(
        entity_type=answer["entity_type"],
        entity_key=answer["entity_key"],
    )
    states = {row.workflow_id: row for row in rows.select_related("run", "success")}
    return [
        Standing(entry, workflows[name], states.get(name))
        for name, entry in entries.items()
        if name in workflows
    ]
