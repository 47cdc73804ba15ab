"""What a playbook asks of a person: its rules, and a word about a change."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from governance.models import ArchiveReason, ErrorTable, ParkReason, TtlTier
from governance.queries.playbooks import rules
from governance.queries.playbooks.rules import Rule
from governance.verbs import registry
from governance.verbs.errors import owner_choices
from outreach_admin.db.limits import MOST_INTEGER

PARAMETERS = ("reason", "owner", "ttl_tier", "note")
REASONS = [
    *((reason.value, f"{reason.label} ({reason.value})") for reason in ParkReason),
    *((reason.value, reason.value) for reason in ArchiveReason if reason != "TTL_EXPIRED"),
]
BETWEEN_CODES = re.compile(r"[\s,;]+")


class RuleForm(forms.Form):
    """One rule in plain fields; which of the last four a verb takes is told when it is checked."""

    name = forms.CharField(label="Name", max_length=rules.LONGEST_NAME)
    verb = forms.ChoiceField(
        label="Do", choices=lambda: [(verb.name, verb.label) for verb in registry.in_rules()]
    )
    error_table = forms.ChoiceField(label="Error table", required=False)
    codes = forms.CharField(
        label="Codes", required=False, max_length=2000, help_text="Empty for every code."
    )
    min_retries = forms.IntegerField(
        label="Tried at least", required=False, min_value=0, max_value=MOST_INTEGER
    )
    max_retries = forms.IntegerField(
        label="Tried at most", required=False, min_value=0, max_value=MOST_INTEGER
    )
    reason = forms.ChoiceField(
        label="Reason",
        required=False,
        choices=[("", "None"), *REASONS],
    )
    owner = forms.ChoiceField(label="Owner", required=False)
    ttl_tier = forms.ChoiceField(
        label="Time to live", required=False, choices=[("", "As it is"), *TtlTier.choices]
    )
    note = forms.CharField(label="Note", required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = ErrorTable.objects.values_list("name", flat=True)
        self.fields["error_table"].choices = [
            ("", "None: company targets"),
            *((table, table) for table in tables),
        ]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "As it is"), *owner_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say at each field what makes the rule unsound."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for field, sentence in rules.problems(self.rule).items():
                self.add_error(field if field in self.fields else None, sentence)
        return found

    @property
    def says_more(self) -> bool:
        """Tell whether one of the fields that are folded away holds something, or is wrong."""
        return any(
            self[name].value() or self[name].errors for name in ("owner", "ttl_tier", "note")
        )

    @property
    def rule(self) -> Rule:
        given = self.cleaned_data
        return {
            "name": given["name"],
            "error_table": given["error_table"] or None,
            "codes": [code for code in BETWEEN_CODES.split(given["codes"]) if code],
            "min_retries": given["min_retries"],
            "max_retries": given["max_retries"],
            "verb": given["verb"],
            "parameters": {name: given[name] for name in PARAMETERS if given[name]},
        }


class NoteForm(forms.Form):
    """Why the rules change."""

    note = forms.CharField(
        label="What changed, and why",
        max_length=2000,
        help_text="Kept with the version. A simulation does not need it.",
        error_messages={"required": "A new version needs a note: what changed, and why?"},
    )


def fields_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields of a rule hold."""
    plain = {
        name: "" if rule.get(name) is None else rule[name]
        for name in ("name", "verb", "error_table", "min_retries", "max_retries")
    }
    return plain | {"codes": " ".join(rule.get("codes") or [])} | dict(rule.get("parameters") or {})


def rows_of(sent: QueryDict) -> list[dict[str, str]]:
    """Read the rules of a sent form in their order, as they were typed."""
    try:
        number = min(int(sent.get("rules", "0")), rules.MOST_RULES)
    except ValueError:
        number = 0
    return [
        {name: sent.get(f"rule{place}-{name}", "") for name in RuleForm.base_fields}
        for place in range(number)
    ]


def typed(rows: Iterable[Mapping[str, Any]]) -> list[RuleForm]:
    """Return forms that show `rows` without judging them."""
    return [RuleForm(initial=dict(row), prefix=f"rule{place}") for place, row in enumerate(rows)]


def judged(rows: Iterable[Mapping[str, str]]) -> list[RuleForm]:
    """Return forms that judge `rows`."""
    return [
        RuleForm(
            {f"rule{place}-{name}": value for name, value in row.items()}, prefix=f"rule{place}"
        )
        for place, row in enumerate(rows)
    ]


def rearranged(rows: list[dict[str, str]], wish: str) -> list[dict[str, str]]:
    """Return the rows after a wish: `up-2`, `down-2`, `remove-2` (places count from 0) or `add`; others change nothing."""
    verb, _, text = wish.partition("-")
    place = int(text) if text.isascii() and text.isdigit() else -1
    if verb == "add" and len(rows) < rules.MOST_RULES:
        return [*rows, {}]
    if not 0 <= place < len(rows):
        return rows
    rest = rows[:place] + rows[place + 1 :]
    if verb == "remove":
        return rest
    steps = {"up": -1, "down": 1}.get(verb, 0)
    target = min(max(place + steps, 0), len(rest))
    return [*rest[:target], rows[place], *rest[target:]]
