"""Who may, and why not."""

from typing import Any

from enrichment.models import Run
from enrichment.models.runs import OPEN

OPEN_RUNS = "enrichment.open_run"
REGISTER = "enrichment.add_workflow"
CANCEL_RUNS = "enrichment.cancel_run"


def may_open_runs(user: Any) -> bool:
    """Whether this person or pipeline may open, beat and close runs."""
    return bool(user.is_active and user.has_perm(OPEN_RUNS))


def may_cancel_runs(user: Any) -> bool:
    """Whether this person may cancel runs at all."""
    return bool(user.is_active and user.has_perm(CANCEL_RUNS))


def may_cancel(user: Any, run: Run) -> bool:
    """Whether this person may cancel `run` now."""
    return may_cancel_runs(user) and not cancel_blockers(run)


def cancel_blockers(run: Run) -> list[str]:
    """Say why `run` cannot be cancelled; empty means go."""
    if run.status in OPEN:
        return []
    return [f"This run has ended already: it is {run.status}."]


def may_register_workflows(user: Any) -> bool:
    """Whether this person may bring workflows into the registry."""
    return bool(user.is_active and user.has_perm(REGISTER))
