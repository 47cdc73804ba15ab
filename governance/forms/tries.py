"""What is asked of whoever tries a call: tool, hub, interaction, and what would be said of the entity."""

import json
from datetime import UTC, datetime
from typing import Any

from django import forms

from governance.toolbox.entries import Canon, Condition, FactKind, InteractionType, Tool
from outreach_admin.lists.fields import MomentField

LONGEST_WORD = 255
LONGEST_FACTS = 20_000
FACT = "fact-"
TOOLS, HUBS = "tool-ids", "hub-ids"
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
TRUTHS = [
    ("", "not told"),
    ("true", "true"),
    ("false", "false"),
]
NUMBERS = (FactKind.NUMBER, FactKind.ATTEMPTS)


class TryForm(forms.Form):
    """One call; the facts that the gates of the tool ask for have fields of their own."""

    tool = forms.CharField(
        label="Tool",
        max_length=LONGEST_WORD,
        widget=forms.TextInput(attrs={"list": TOOLS, "autocomplete": "off"}),
        help_text="Its id.",
    )
    hub = forms.CharField(
        label="Hub",
        max_length=LONGEST_WORD,
        widget=forms.TextInput(attrs={"list": HUBS, "autocomplete": "off"}),
    )
    interaction = forms.ChoiceField(
        label="Interaction",
        choices=[(kind.value, kind.value) for kind in InteractionType],
    )
    entity = forms.CharField(
        label="Entity",
        required=False,
        max_length=LONGEST_WORD,
        help_text="Whom the call is about: attempts are counted for it.",
    )
    clock = MomentField(
        label="At",
        required=False,
        help_text="In UTC. Empty: now.",
    )
    facts = forms.CharField(
        label="More facts",
        required=False,
        max_length=LONGEST_FACTS,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input mono", "spellcheck": "false"}),
        help_text='A JSON object, such as {"vendor": "Clay"}. What it names stands over the fields.',
    )

    def __init__(self, *args: Any, canon: Canon | None, tool: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.canon = canon
        self.chosen: Tool | None = canon.tools.get(tool) if canon else None
        for gate in self.gates:
            self.fields[FACT + gate.fact] = _field(gate, self.kind_of(gate.fact))
        asked = [FACT + gate.fact for gate in self.gates]
        self.order_fields(["tool", "hub", "interaction", "entity", *asked, "facts", "clock"])

    @property
    def gates(self) -> tuple[Condition, ...]:
        return self.chosen.gates if self.chosen else ()

    def kind_of(self, fact: str) -> FactKind:
        assert self.canon is not None
        return self.canon.facts[fact]

    def clean_clock(self) -> datetime | None:
        """Refuse a moment that the clock of some zone does not have."""
        moment: datetime | None = self.cleaned_data["clock"]
        if moment is not None and not EARLIEST <= moment < LATEST:
            raise forms.ValidationError(f"Name a moment from {EARLIEST:%Y} to before {LATEST:%Y}.")
        return moment

    def clean_facts(self) -> dict[str, Any]:
        """Read the object."""
        text = self.cleaned_data["facts"].strip()
        try:
            found = json.loads(text or "{}")
        except (ValueError, RecursionError) as reason:
            raise forms.ValidationError("This is not JSON.") from reason
        if not isinstance(found, dict):
            raise forms.ValidationError("This is JSON, but not an object: {…}.")
        return found

    @property
    def gate_state(self) -> dict[str, Any]:
        """Return what the caller would say: fields that were filled, and the object over them."""
        told = {gate.fact: self.cleaned_data[FACT + gate.fact] for gate in self.gates}
        read = {name: _told(self.kind_of(name), text) for name, text in told.items() if text}
        return read | self.cleaned_data["facts"]


def _field(gate: Condition, kind: FactKind) -> forms.Field:
    asked = f"The gate: {gate.words}."
    if kind is FactKind.TRUTH:
        return forms.ChoiceField(
            label=gate.fact,
            choices=TRUTHS,
            required=False,
            help_text=asked,
        )
    return forms.CharField(
        label=gate.fact,
        required=False,
        strip=False,
        max_length=LONGEST_WORD,
        help_text=asked,
    )


def _told(kind: FactKind, text: str) -> Any:
    """Read a fact as JSON would carry it; what is no number stays the text that it is."""
    if kind is FactKind.TRUTH:
        return text == "true"
    if kind in NUMBERS:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
