"""Editing one entry of the registry as a whole."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser

from enrichment.models import EntityType, Workflow
from enrichment.verbs.workflows import WorkflowVerb
from governance.verbs import registry
from outreach_admin.db.limits import DOCUMENT, PROSE, WORD

# of days and minutes: what the column takes
MOST = 2_147_483_647
EMPTY: dict[str, Any] = {
    "raw_table": None,
    "extracted_table": None,
    "core_table": None,
    "key_column": None,
    "key_type": None,
    "intent": None,
    "verified_at": None,
}


def _word(**given: Any) -> forms.CharField:
    return forms.CharField(max_length=WORD, required=False, **given)


def _number() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=MOST)


class EntryParameters(forms.Form):
    """Every column that a person may write."""

    workflow_name = forms.CharField(max_length=WORD)
    provider = _word()
    platform = _word()
    payload_type = _word()
    description = forms.CharField(max_length=PROSE, required=False)
    raw_table = _word()
    extracted_table = _word()
    core_table = _word()
    key_column = _word()
    key_type = forms.ChoiceField(choices=EntityType.choices, required=False)
    intent = forms.ChoiceField(choices=Workflow.Intent.choices, required=False)
    is_active = forms.BooleanField(required=False)
    owner = _word()
    source_file = _word()
    fresh_days = _number()
    empty_fresh_days = _number()
    stale_minutes = _number()
    credits_per_run = forms.DecimalField(min_value=0, max_digits=10, decimal_places=2)
    all_tables = forms.CharField(max_length=DOCUMENT, required=False)
    other_names = forms.CharField(max_length=DOCUMENT, required=False)


COLUMNS = tuple(EntryParameters.base_fields)
# what triggers write tables and other names by
WHOLE = ("all_tables", "other_names")


def _table(told: Any) -> str:
    """Write one of the two lists' entries: a name is one as it is."""
    if isinstance(told, str):
        return told
    keys = ", ".join(told["keys"])
    return f"{told['table']} ({keys})" if keys else str(told["table"])


class EditEntry(WorkflowVerb):
    """Write all of one entry, its tables and other names included: they follow from two columns, by trigger.

    Planned by `services.entries` alone, which writes these two.
    """

    name = "edit_entry"
    label = "Edit"
    icon = "edit"
    permission = "enrichment.change_workflow"
    done = "edited"
    shows = "workflow_name"
    offered = False
    repeats = True
    parameters = EntryParameters
    touches = (*COLUMNS, "coalesces_to_core")

    def told(self, name: str, value: Any) -> Any:
        """Name the tables with their keys, and the other names."""
        if name not in WHOLE:
            return value
        return ", ".join(map(_table, json.loads(value))) or "none"

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Write what was asked; what was left blank is emptied, and the seed's flag follows the intent."""
        # what was planned before these two were there says nothing of them
        said = [name for name in COLUMNS if name in parameters or name not in WHOLE]
        asked = {name: parameters.get(name, EMPTY.get(name, "")) for name in said}
        is_wanted = asked["intent"] == Workflow.Intent.SHOULD
        return asked | {"coalesces_to_core": is_wanted}


registry.register(EditEntry())
