"""What a new entry of the registry asks, prefilled from the code."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from enrichment.models import DataFlow, EntityType, Finding, Workflow
from enrichment.models.workflows import SLUG, TABLE
from enrichment.services import scans
from enrichment.services.registry import Flow

MOST_FLOWS = 40
LAYERS = tuple(DataFlow.Layer.values)


class Tables(forms.CharField):
    """One table a line: schema.table, then its key columns in brackets."""

    widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})

    def clean(self, value: Any) -> list[Flow]:
        """Read the lines; refuse the first that is none."""
        lines = [line.strip() for line in super().clean(value).splitlines()]
        flows = [flow_of(line) for line in lines if line]
        if len(flows) > MOST_FLOWS:
            raise ValidationError(f"A workflow has at most {MOST_FLOWS} tables.")
        return flows


class RegisterForm(forms.Form):
    """One workflow as its code shows it; what the code cannot say is for a person."""

    workflow_name = forms.RegexField(
        SLUG,
        label="Slug",
        max_length=200,
        help_text="Lower-case letters, digits, - and _. Runs are asked for by it.",
    )
    key_type = forms.ChoiceField(
        label="Key",
        choices=[("", "Choose"), *EntityType.choices],
    )
    tables = Tables(
        label="Tables",
        max_length=5_000,
        help_text="One a line, with its key columns: extracted.company_news (domain)",
    )
    intent = forms.ChoiceField(
        label="Coalesces to core",
        required=False,
        choices=[("", "Nobody has said"), *Workflow.Intent.choices],
    )
    provider = forms.CharField(label="Provider", required=False, max_length=200)
    owner = forms.CharField(
        label="Owner",
        required=False,
        max_length=200,
        help_text="A team or a person.",
    )
    aliases = forms.CharField(
        label="Earlier names",
        required=False,
        max_length=1_000,
        help_text="With blanks between: whoever asks by them is answered.",
    )

    def clean_aliases(self) -> list[str]:
        """Read what stands between blanks and commas."""
        text: str = self.cleaned_data["aliases"]
        return list(dict.fromkeys(text.replace(",", " ").split()))

    def entry(self) -> dict[str, Any]:
        """Return what registering takes."""
        given = dict(self.cleaned_data)
        given["flows"] = given.pop("tables")
        given["intent"] = given["intent"] or None
        return given


def initial_of(finding: Finding) -> dict[str, Any]:
    """Fill the form with what the code says."""
    said = scans.proposal(finding)
    lines = [f"{table} ({', '.join(keys)})" if keys else table for _, table, keys in said["flows"]]
    return {
        "workflow_name": said["workflow_name"],
        "key_type": said["key_type"],
        "tables": "\n".join(lines),
    }


def flow_of(line: str) -> Flow:
    """Read a line: schema.table (key, key)."""
    table, _, rest = line.partition("(")
    table = table.strip()
    layer = table.partition(".")[0]
    if not re.fullmatch(TABLE, table) or layer not in LAYERS:
        raise ValidationError(
            f"“{line[:80]}” is no table of a layer: write raw.x, extracted.x, core.x or reference.x."
        )
    keys = [key.strip() for key in rest.rstrip(")").split(",")]
    return layer, table, [key for key in keys if key]
