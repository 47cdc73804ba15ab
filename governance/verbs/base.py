"""What every verb declares, and what it asks."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, F, FloatField, Q, Value, When

from governance import subjects
from governance.exceptions import PlanRefused
from governance.models import (
    Disposition,
    ErrorTable,
)


class NoParameters(forms.Form):
    """A verb that asks nothing."""


class NoteParameters(forms.Form):
    """A verb that asks why."""

    note = forms.CharField(
        label="Note",
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept for good in the audit trail.",
    )


PARKED_FACTS = ("parked_at", "parked_by", "park_reason", "escalation_level", "escalated_at")

RESOLVED_FACTS = ("resolved_at", "resolution_note")


def backoff_seconds() -> models.Func:
    """Return how long after a further attempt the next may start, in seconds.

    The database's rule, which plain SQL follows too. Source: spec "TTL, retry, escalation".
    """
    return models.Func(
        F("category"),
        F("retry_count") + Value(1),
        function="governance.backoff_seconds",
        output_field=FloatField(),
    )


def as_typed(value: Any) -> Any:
    """Return a parameter as a browser would send it, so that one form reads all channels."""
    if isinstance(value, list | tuple):
        return [as_typed(one) for one in value]
    return "" if value is None else str(value).replace("\0", "\ufffd")


class Verb:
    """Something a person may do to rows; subclasses declare it, `services.operations` does it.

    `subject` names what it is about (governance/subjects.py), `moves_to` the subject that the
    rows become where it moves them, `brings_in` says that a file has them and `updates` that the file also changes
    rows that are there. `refusals` are conditions on the model's columns: a row gets
    the first that fits, or is eligible; `needs` is the disposition that its error table must allow,
    which adds the last refusal and is judged again while the operation runs. `touches` are the columns whose former values undo needs.
    `still` is SQL about the row `was` that must hold when it is changed, for what other rows
    decide; where it no longer does, the row counts as changed since the plan. `clears` says that
    its rows no longer block, `repeats` that it can be done to a row again and again: only the
    version tells whether somebody has done it since. `shows` is the column a person looks at to see the change, `becomes`
    what stands there afterwards. `done` is what became of its rows ("3 errors parked"), `undoable`
    whether they can be given back;
    an undo also needs what policies ask for the verb that `undo_is` names. `removes` deletes rows for good;
    `agreed_ahead` says that standing approvals take the place of policies. `offered` puts it above lists in the order of `rank`, with
    `icon` and, of lists and records, the keyboard's `key`; `in_rules` lets rules of playbooks use it;
    `at_once` does it to one row without a preview.
    """

    name: str
    label: str
    icon = "operation"
    key: str = ""
    permission: str
    action: str
    needs = ""
    done = "changed"
    subject = "error"
    parameters: type[forms.Form] = NoParameters
    refusals: Mapping[Q, str] = {}
    touches: tuple[str, ...] = ()
    still = ""
    clears = False
    repeats = False
    moves_to = ""
    brings_in = False
    updates = False
    undoable = True
    undo_is = ""
    removes = False
    agreed_ahead = False
    offered = True
    in_rules = False
    at_once = False
    rank = 100
    shows = "disposition"
    becomes = ""

    def __init_subclass__(cls) -> None:
        """Call it by its name where nothing else is said; refuse what its error table does not allow."""
        if needs := cls.__dict__.get("needs"):
            refused = {tables_refusing(needs): NOT_ALLOWED.format(needs)}
            cls.refusals = {**cls.__dict__.get("refusals", {}), **refused}
        if name := cls.__dict__.get("name"):
            cls.label = cls.__dict__.get("label", name.replace("_", " ").capitalize())
            cls.action = cls.__dict__.get("action", name.upper())

    @property
    def model(self) -> type[models.Model]:
        """The model whose rows it is about."""
        return subjects.named(self.subject).model

    @property
    def right(self) -> str:
        """What the right to do it is called."""
        return f"Can {self.label.lower()} {subjects.named(self.subject).called(2)}"

    def is_open_to(self, user: AbstractBaseUser) -> bool:
        """Whether accounts like this one may plan it, whatever rights they have."""
        return True

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters as the verb's form understands them; blank ones are left out.

        Raises PlanRefused naming what is wrong.
        """
        if unknown := sorted(set(given) - set(self.parameters.base_fields)):
            raise PlanRefused(f"{self.label} does not take {', '.join(unknown)}.")
        form = self.parameters({name: as_typed(value) for name, value in given.items()})
        if not form.is_valid():
            wrong = "; ".join(
                f"{form.fields[name].label}: {' '.join(map(str, problems))}"
                for name, problems in form.errors.items()
            )
            refusal = PlanRefused(
                f"{self.label} cannot be planned. {wrong}",
                what_to_do="Correct it and preview again.",
            )
            refusal.members = {"errors": _by_place(form)}
            raise refusal
        return {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}

    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked parameters as JSON holds them: dates, numbers and lists included.

        Raises PlanRefused.
        """
        found: dict[str, Any] = json.loads(DjangoJSONEncoder().encode(self.checked(given)))
        return found

    def read(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored parameters as the form once understood them; they are not judged again."""
        fields = self.parameters.base_fields
        return {
            name: fields[name].to_python(as_typed(value)) if name in fields else value
            for name, value in stored.items()
        }

    def refusal(self, parameters: Mapping[str, Any], *, after: Sequence[int] = ()) -> Case:
        """Return the expression that is NULL for an eligible row, else why not.

        `after` holds the plan keys of operations that will have run before: the row is judged as they would leave it.
        """
        conditions = {
            **self.refusals,
            **self.refusals_for(parameters),
            **self.refusals_after(after),
        }
        whens = [When(condition, then=Value(reason)) for condition, reason in conditions.items()]
        return Case(*whens, default=Value(None), output_field=models.TextField(null=True))

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Return refusals that depend on what was asked."""
        return {}

    def refusals_after(self, after: Sequence[int]) -> Mapping[Q, str]:
        """Return refusals that depend on what earlier operations would leave."""
        return {}

    def takes(self, disposition: str) -> bool:
        """Return whether rows of this disposition can be eligible, as far as it alone decides."""
        return not any(_is_of(condition, disposition) for condition in self.refusals)

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Return the new column values."""
        raise TypeError(f"{self.name} changes no columns")

    def reason(self, parameters: Mapping[str, Any]) -> str:
        """Return the reason kept in the audit trail."""
        return str(parameters.get("reason") or parameters.get("note") or "")

    def told(self, name: str, value: Any) -> Any:
        """Return a stored parameter as a person reads it."""
        return value

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> Any:
        """Return the value of `shows` afterwards: the one fixed, asked for, or the row's own."""
        return self.becomes or parameters.get(self.shows, getattr(row, self.shows, None))

    def suggested(self, rows: models.QuerySet[Any]) -> dict[str, Any]:
        """Return what the form begins with for these rows: only what fits every one of them."""
        return {}

    def title(self, rows: int, *, of: str = "") -> str:
        """Return what the person reads: verb, number and, where all rows have it, their code."""
        noun = subjects.named(self.subject).called(rows)
        return f"{self.label} {rows:,} {of}{' ' if of else ''}{noun}"


def _by_place(form: forms.Form) -> list[dict[str, str]]:
    """List what is wrong with parameters by their place in what asks for a plan."""
    return [
        {
            "field": f"parameters.{name}",
            "problem": " ".join(map(str, problems)),
        }
        for name, problems in form.errors.items()
    ]


def _is_of(condition: Q, disposition: str) -> bool:
    """Say whether the condition asks for nothing but a disposition, and for this one."""
    match condition.children:
        case [("disposition", value)]:
            return (value == disposition) is not condition.negated
    return False


def tables_refusing(disposition: Disposition) -> Q:
    """Return the condition of rows whose error table does not allow `disposition`."""
    return ~Q(
        error_table__in=ErrorTable.objects.filter(
            allowed_dispositions__contains=[disposition]
        ).values("name")
    )


NOT_ALLOWED = "its error table does not allow {}"

ARCHIVED_IN_PLACE = "archived in place: retry it first"
