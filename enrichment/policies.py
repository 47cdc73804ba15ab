"""Who may, and why not."""

from typing import Any

REGISTER = "enrichment.add_workflow"


def may_register_workflows(user: Any) -> bool:
    """Whether this person may bring workflows into the registry."""
    return bool(user.is_active and user.has_perm(REGISTER))
