"""One entry of the registry as a form: its columns, its tables, its other names."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from enrichment.models import DataFlow, EntityType, Workflow
from enrichment.models.workflows import TABLE
from enrichment.services.entries import LEADING, Entry, Flow, flows_of, primary
from enrichment.verbs.entries import MOST
from outreach_admin.db.limits import PROSE, WORD

MOST_FLOWS = 40
LAYERS = tuple(DataFlow.Layer.values)
# raw: schema.table (key, key); the layer may be left out where the schema is called like it
LINE = re.compile(r"(?:(?P<layer>[a-z]+):\s*)?(?P<table>[^()]+?)\s*(?:\((?P<keys>[^()]*)\))?")
SAID = "write schema.table (key), or raw: schema.table (key) where the schema is no layer"


def flow_of(line: str) -> Flow:
    """Read one line. Raises ValidationError."""
    found = LINE.fullmatch(line)
    table = found["table"].strip() if found else ""
    layer = (found and found["layer"]) or table.partition(".")[0]
    if found is None or layer not in LAYERS or not re.fullmatch(TABLE, table):
        raise ValidationError(f"“{line[:80]}” names no table of a layer: {SAID}.")
    keys = [key.strip() for key in (found["keys"] or "").split(",")]
    return Flow(layer, table, tuple(filter(None, keys)))


def line_of(flow: Flow, key_column: str | None) -> str:
    """Write a table as it is read; the key of the entry is left out."""
    is_told = flow.table.partition(".")[0] == flow.layer
    named = flow.table if is_told else f"{flow.layer}: {flow.table}"
    keys = ", ".join(flow.keys)
    return named if keys == (key_column or "") else f"{named} ({keys})"


class Tables(forms.CharField):
    """One table a line: schema.table, then its key columns in brackets."""

    widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "input mono"})

    def clean(self, value: Any) -> list[Flow]:
        """Read the lines; refuse the first that is none, and a table that stands twice."""
        lines = [line.strip() for line in super().clean(value).splitlines()]
        flows = [flow_of(line) for line in lines if line]
        if len(flows) > MOST_FLOWS:
            raise ValidationError(f"A workflow has at most {MOST_FLOWS} tables.")
        names = [flow.table for flow in flows]
        for name in names:
            if names.count(name) > 1:
                raise ValidationError(f"{name} stands more than once.")
        return flows


class Names(forms.CharField):
    """Names with blanks or commas between."""

    def clean(self, value: Any) -> list[str]:
        """Read them, each once."""
        text = super().clean(value)
        return list(dict.fromkeys(text.replace(",", " ").split()))


def word(label: str, help_text: str = "") -> forms.CharField:
    """Ask for a short text that may be left out."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=WORD,
        help_text=help_text,
    )


def number(label: str, help_text: str) -> forms.IntegerField:
    """Ask for a whole number."""
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST,
        help_text=help_text,
    )


class EntryForm(forms.Form):
    """One workflow: `version` is that of the entry which the form was filled from."""

    version = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST,
        widget=forms.HiddenInput,
    )
    workflow_name = forms.CharField(
        label="Name",
        max_length=WORD,
        help_text="Lower-case letters, digits, - and _. A name that is given up stays as an alias.",
    )
    key_type = forms.ChoiceField(
        label="Entity",
        required=False,
        choices=[("", "Nobody has said"), *EntityType.choices],
    )
    key_column = word("Key column", "Of every table below that names no key of its own.")
    tables = Tables(
        label="Tables",
        required=False,
        max_length=PROSE,
        help_text="One a line, the leading one of a layer first: extracted.company_news (domain)",
    )
    intent = forms.ChoiceField(
        label="Coalesces to core",
        required=False,
        choices=[("", "Nobody has said"), *Workflow.Intent.choices],
    )
    is_active = forms.BooleanField(
        label="Active: takes runs",
        required=False,
        initial=True,
    )
    owner = word("Owner", "A team or a person.")
    provider = word("Provider", "clay, apollo, ..")
    platform = word("Platform", "Where its code runs: modal, ..")
    payload_type = word("Payload", "firmographics, discovery, profile, ..")
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=PROSE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source_file = word("Source file")
    fresh_days = number("Fresh for", "Days in which an entity counts as already enriched.")
    empty_fresh_days = number("Fresh for, when nothing was found", "Days.")
    stale_minutes = number("Stale after", "Minutes without a heartbeat.")
    credits_per_run = forms.DecimalField(
        label="Credits a run",
        min_value=0,
        max_digits=10,
        decimal_places=2,
    )
    aliases = Names(
        label="Other names",
        required=False,
        max_length=PROSE,
        help_text="With blanks between: whoever asks by them is answered.",
    )

    def clean(self) -> dict[str, Any]:
        """Give the key of the entry to tables without one; refuse a table that contradicts it."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        key, flows = found.get("key_column"), found.get("tables")
        if flows is None:
            return found
        found["tables"] = [_with_key(flow, key) for flow in flows]
        first = primary(found["tables"])
        leading = next((first[one] for one in LEADING if one in first), None)
        if key and leading and leading.keys[0] != key:
            self.add_error(
                "key_column",
                f"{leading.table} leads and has the key {leading.keys[0]}: say the same in both.",
            )
        return found

    @property
    def entry(self) -> Entry:
        """What a valid form says."""
        given = dict(self.cleaned_data)
        given.pop("version")
        flows, aliases = given.pop("tables"), given.pop("aliases")
        for name in ("key_type", "intent", "key_column"):
            given[name] = given[name] or None
        return Entry(given, flows, aliases)


def _with_key(flow: Flow, key: str | None) -> Flow:
    return Flow(flow.layer, flow.table, (key,)) if key and not flow.keys else flow


def filled_from(workflow: Workflow) -> dict[str, Any]:
    """Return what the form of an entry begins with."""
    names = [name for name in EntryForm.base_fields if name not in ("tables", "aliases")]
    lines = [line_of(flow, workflow.key_column) for flow in flows_of(workflow)]
    return {name: getattr(workflow, name) for name in names} | {
        "tables": "\n".join(lines),
        "aliases": " ".join(workflow.aliases.values_list("alias", flat=True)),
    }


def blank() -> dict[str, Any]:
    """Return what the form of a new entry begins with: what the columns hold where nobody says."""
    new = Workflow()
    return {
        name: getattr(new, name)
        for name in ("fresh_days", "empty_fresh_days", "stale_minutes", "credits_per_run")
    }
