"""What a body asks to be planned: verb, parameters and rows, read as pages read a selection."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request

from governance import subjects
from governance.api.serializers.plans import PlanBody
from governance.services.operations import plans
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from outreach_admin.api import bodies
from outreach_admin.api.lists import text_of
from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.lists import resolver
from outreach_admin.lists.selection import Selection

EXAMPLE = OpenApiExample(
    "Park what no filing matches",
    request_only=True,
    value={
        "verb": "park",
        "parameters": {"reason": "STRUCTURAL_NO_DOL_MATCH"},
        "filter": {"error_table": "outreach.dol_errors", "code": ["NO_MATCH"]},
        "note": "Until the new filings are loaded.",
    },
)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# clocks of callers may be ahead
AHEAD = timedelta(minutes=5)


def read(request: Request) -> tuple[Verb, dict[str, Any]]:
    """Return the verb, and what `plans.make` takes beside who asks.

    Raises NotPermitted before a row is looked at, BadRequest for what selects nothing or everything, ValidationError (422) for wrong values.
    """
    said = bodies.read(PlanBody, request.data)
    verb = _verb(said["verb"])
    plans.refuse_unless_may_plan(request.user, verb)
    selection = _selection(verb, said)
    subject = subjects.named(verb.subject)
    rows = resolver.selected(
        selection,
        subject.rows,
        filterset_class=subject.resolve("filterset"),
        noun=subject.absent or subject.noun,
        as_of=selection.as_of,
    )
    parameters = parameters_of(verb, said["parameters"])
    return verb, {
        "rows": rows,
        "filter": selection.filter,
        "scope": selection.scope,
        "remark": said["note"],
        "as_of": selection.as_of,
        **parameters,
    }


def parameters_of(verb: Verb, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters that a form can judge; objects and stray lists (422) and unknown names (422) are none."""
    fields = verb.parameters.base_fields
    wrong = {}
    for name, value in given.items():
        field = fields.get(name)
        if field is None:
            offered = ", ".join(fields) or "nothing"
            wrong[name] = [f"{verb.label} does not take this. It takes: {offered}."]
        elif not _is_typed(value, many=isinstance(field, forms.MultipleChoiceField)):
            wrong[name] = ["This is neither a text nor a number."]
    if wrong:
        raise serializers.ValidationError({"parameters": wrong})
    return dict(given)


def _is_typed(value: Any, *, many: bool) -> bool:
    if isinstance(value, list):
        return many and all(_is_typed(one, many=False) for one in value)
    return not isinstance(value, dict)


def _verb(name: str) -> Verb:
    verb = VERBS.get(name)
    if verb is None or not verb.offered:
        raise serializers.ValidationError(
            {"verb": ["There is no such verb. /api/verbs/ lists those that there are."]}
        )
    return verb


def _selection(verb: Verb, said: Mapping[str, Any]) -> Selection:
    """Read which rows are meant, as a list's form says it."""
    as_of = _moment(said)
    left_out = said.get("except", [])
    if "ids" in said and ("filter" in said or "except" in said):
        raise BadRequest(
            "The selection names rows and all rows at once.",
            what_to_do="Send either “ids” or a “filter”.",
            key="ids",
        )
    _refuse_empty(said)
    if "ids" in said:
        return Selection.checked("ids", said["ids"], filter="", as_of=as_of)
    if "filter" not in said:
        raise BadRequest(
            "The selection says neither which rows nor all of them.",
            what_to_do="Send “ids” or a “filter”.",
            key="filter",
        )
    return Selection.checked(
        "except" if left_out else "all",
        left_out,
        filter=_canonical(verb, said["filter"], as_of),
        as_of=as_of,
    )


def _refuse_empty(said: Mapping[str, Any]) -> None:
    """Refuse in the words of bodies what a page refuses in those of lists."""
    if said.get("ids") == []:
        raise Refused(
            "“ids” names no row: nothing is selected.",
            what_to_do="Name rows, or send a “filter” instead.",
        )
    if said.get("filter") == {}:
        raise BadRequest(
            "An empty “filter” would be every row. Nothing is selected.",
            what_to_do="Say what the rows have in common.",
            key="filter",
        )


def _canonical(verb: Verb, filter: Mapping[str, Any], as_of: datetime) -> str:
    """Write a filter as lists do, so that the same one is the same text."""
    subject = subjects.named(verb.subject)
    text: str = (
        subject.resolve("filterset")
        .from_text(text_of(filter), subject.rows, as_of=as_of)
        .canonical()
    )
    return text


def _moment(said: Mapping[str, Any]) -> datetime:
    now = timezone.now()
    as_of: datetime = said.get("as_of", now)
    if not EARLIEST < as_of < now + AHEAD:
        raise serializers.ValidationError(
            {"as_of": ["This moment is in the future, or before there were rows."]}
        )
    return as_of
