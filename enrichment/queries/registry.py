"""Workflows by the names that people and programs give them."""

import re
from difflib import get_close_matches

from django.db import connection

from enrichment.models import Workflow
from enrichment.models.workflows import SLUG
from outreach_admin.exceptions import Refused

LONGEST_SHOWN = 60
NEAREST = 3
# what edits alone read
WHOLE = ("all_tables", "other_names")
COLUMNS = tuple(
    str(field.column) for field in Workflow._meta.concrete_fields if field.column not in WHOLE
)
# each opening of a run reads it: made once, it takes a third of the time
NAMED = f"""SELECT {", ".join(COLUMNS)}
    FROM {Workflow._meta.db_table} WHERE workflow_name = %s"""


class UnknownWorkflow(Refused):
    """No workflow has this name or had it; `near` are names like it."""

    status = 404

    def __init__(self, slug: str) -> None:
        near = near_names(slug)
        suggestion = " or ".join(f"“{name}”" for name in near)
        super().__init__(
            f"There is no workflow “{slug[:LONGEST_SHOWN]}”.",
            what_to_do=f"Did you mean {suggestion}?" if near else "Register it first.",
        )
        self.members = {"near": near} if near else {}


class InactiveWorkflow(Refused):
    """The workflow takes no runs."""

    status = 409


def find(slug: str) -> Workflow:
    """Return the workflow of this name, or that once had it. Raises UnknownWorkflow (404)."""
    # no other text is a name, and some are none that a database takes
    if not re.fullmatch(SLUG, slug):
        raise UnknownWorkflow(slug)
    found = _named(slug) or _renamed(slug)
    if found is None:
        raise UnknownWorkflow(slug)
    return found


def resolve(slug: str) -> Workflow:
    """Return the active workflow of this name or alias. Raises UnknownWorkflow (404), InactiveWorkflow (409)."""
    found = find(slug)
    if not found.is_active:
        raise InactiveWorkflow(
            f"The workflow “{found}” is inactive: it takes no runs.",
            what_to_do="Activate it in the registry first.",
        )
    return found


def near_names(slug: str) -> list[str]:
    """Return names of workflows that this one may be a slip of, the nearest first."""
    names = Workflow.objects.values_list("workflow_name", flat=True)
    return get_close_matches(slug[:LONGEST_SHOWN].lower(), names, n=NEAREST)


def _named(slug: str) -> Workflow | None:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [slug])
        found = cursor.fetchone()
    return found and Workflow.from_db(connection.alias, COLUMNS, found)


def _renamed(slug: str) -> Workflow | None:
    return Workflow.objects.filter(aliases__alias=slug).first()
