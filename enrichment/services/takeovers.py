"""Taking over the registry that a warehouse holds."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from enrichment import policies
from enrichment.models import Workflow
from enrichment.queries import foreign_registry
from enrichment.queries.foreign_registry import Judged
from governance.exceptions import NotPermitted
from governance.services.attribution import attribute

REASON = f"read from {foreign_registry.TABLE} of the warehouse"
# so that two that come at once do not meet at the same names
LOCK = "SELECT pg_advisory_xact_lock(5318031)"
MOST_NAMED = 5


@dataclass(frozen=True)
class Takeover:
    """What was taken over, whole or in part, and what was left."""

    taken: tuple[Judged, ...]
    left: tuple[Judged, ...]
    is_dry: bool

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        would = "would be " if self.is_dry else ""
        parts = [f"{_counted(len(self.taken))} {would}taken over"]
        if self.left:
            told = _listed([f"{one.name}: {one.refusal}" for one in self.left])
            parts.append(f"{len(self.left):,} left ({told})")
        if lacking := [one for one in self.taken if one.without]:
            told = _listed([f"{one.name}: {', '.join(one.without)}" for one in lacking])
            parts.append(f"{len(lacking):,} taken in part, without {told}")
        return "; ".join(parts) + "."

    @property
    def figures(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "taken": [one.values["workflow_name"] for one in self.taken],
            "left": {one.name: one.refusal for one in self.left},
            "without": {one.name: one.without for one in self.taken if one.without},
        }


def take_over(*, by: AbstractBaseUser, is_dry: bool = False) -> Takeover:
    """Register what the warehouse's own registry has and ours has not; changes no entry that is there.

    Raises NotPermitted, TableRefused, WarehouseRefused. Names are compared in lower case.
    """
    if not policies.may_register_workflows(by):
        raise NotPermitted("You may not register workflows.")
    rows = foreign_registry.read()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        judged = list(foreign_registry.judge(rows))
        taken = tuple(one for one in judged if not one.refusal)
        if not is_dry:
            attribute(by=by, reason=REASON, channel="command")
            Workflow.objects.bulk_create(Workflow(**one.values) for one in taken)
    left = tuple(one for one in judged if one.refusal)
    return Takeover(taken, left, is_dry)


def _counted(workflows: int) -> str:
    return "1 workflow" if workflows == 1 else f"{workflows:,} workflows"


def _listed(told: list[str]) -> str:
    more = len(told) - MOST_NAMED
    return ", ".join(told[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
