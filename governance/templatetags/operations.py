"""Operations in words: `{% load operations %}`."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from governance.models import AskedCall, Operation, OperationItem, ParkReason, PlaybookRun
from governance.queries.operations import standings, titles
from governance.queries.operations.outcomes import Line
from governance.tables import operations
from governance.verbs import registry
from outreach_admin.lists import moments
from outreach_admin.lists.selection import Selection
from outreach_admin.ui import badges, figures, texts
from outreach_admin.ui.sprite import icon

register = template.Library()


@register.filter
def title(subject: Operation | PlaybookRun) -> str:
    """Say what an operation or a playbook run does, in one line."""
    if isinstance(subject, Operation):
        return texts.word(titles.title_of(subject))
    return texts.word(titles.title_of_run(subject))


@register.filter
def plan_title(subject: Operation | PlaybookRun | AskedCall) -> str:
    """Say what was planned, whatever became of it."""
    return texts.word(titles.title_of_plan(subject))


@register.simple_tag
def standing(subject: Operation | PlaybookRun, boxed: bool = False) -> SafeString:
    """Draw how an operation or a run stands; what was done in part is never drawn as done."""
    found = standings.of(subject)
    return badges.badge(found.key, found.word, boxed=boxed)


@register.filter
def standing_word(subject: Operation | PlaybookRun) -> str:
    """Say in a word how an operation or a run stands."""
    return standings.of(subject).word


@register.filter
def pieces(subject: Operation | PlaybookRun) -> str:
    """Say what became of the rows of a plan; empty where all are done and stand."""
    return standings.in_words(subject)


@register.filter
def digest(plan_hash: str, groups: int = 4) -> str:
    """Write the beginning of a hash in groups of four."""
    return " ".join(plan_hash[start : start + 4] for start in range(0, 4 * groups, 4))


@register.filter
def filter_lines(text: str, as_of: datetime) -> str:
    """Write a canonical filter one value a line, what is counted from now with the moment that it meant."""
    return "\n".join(f"{key}={_with_moment(value, as_of)}" for key, value in parse_qsl(text))


def _with_moment(value: str, as_of: datetime) -> str:
    moment = moments.read(value, as_of=as_of) if moments.is_relative(value) else None
    return f"{value} ({moments.stamp(moment)})" if moment else value


@register.filter
def parameters(operation: Operation) -> list[tuple[str, Any]]:
    """List what was asked of the verb under the labels of its form."""
    verb = registry.VERBS[operation.verb]
    labels = {name: field.label for name, field in verb.parameters.base_fields.items()}
    return [
        (labels.get(name) or spelt(name), in_words(verb.told(name, value)))
        for name, value in operation.parameters.items()
    ]


def spelt(name: str) -> str:
    """Write a parameter that no form asks for, or that its form gives no label."""
    return "SHA-256" if name == "sha256" else capfirst(name.replace("_", " "))


def in_words(value: Any) -> Any:
    """Put the words for a reason to park before the constant; anything else stays."""
    words = ParkReason.words(value)
    return f"{words} ({value})" if words else value


@register.filter
def reason_words(reason: str) -> str:
    """Return the words for a reason to park; empty where it has none."""
    return ParkReason.words(reason)


@register.filter
def change(operation: Operation) -> SafeString:
    """Draw what a row becomes: a state as its badge, else the words."""
    verb = registry.VERBS[operation.verb]
    if operation.undoes_id:
        return format_html(
            '<span class="badge is-good">{}{}</span>', icon("undo"), "back to its former state"
        )
    if verb.shows == "disposition":
        look = badges.look(verb.becomes)
        return format_html(
            '<span class="badge is-{}">{}{}</span>', look.tone, icon(look.icon), verb.becomes
        )
    return format_html("{}", f"{verb.done} {operation.parameters.get(verb.shows, '')}".strip())


@register.filter
def step_name(operation: Operation) -> str:
    """Name an operation within what runs: by its rule in a playbook, else by its number."""
    return texts.word((operation.playbook_run_id and operation.note) or operation)


@register.filter
def done_word(operation: Operation) -> str:
    """Say what an applied row is now."""
    if operation.undoes_id:
        return "back to its former state"
    if operation.kind == Operation.Kind.IMPORT:
        return "imported"
    verb = registry.VERBS[operation.verb]
    extra = ", ".join(
        str(operation.parameters[name])
        for name in ("reason", "owner", "ttl_tier")
        if operation.parameters.get(name)
    )
    return f"{verb.done}: {extra}" if extra else verb.done


@register.filter
def rows_words(operation: Operation) -> str:
    """Say the two parts of a plan in words."""
    return f"{figures.number(operation.eligible)} eligible, {figures.number(operation.skipped)} skipped"


SCOPES = {
    "ids": "ticked one by one",
    "all": "all that matched the filter",
    "except": "all that matched the filter but those left out",
    "rule": "all that matched the rule",
    "file": "the good rows of the file",
    "undo": "what the undone operation had applied",
    "again": "rows left by the earlier operation",
}


@register.filter
def scope_words(scope: str) -> str:
    """Say how the rows were chosen."""
    return SCOPES.get(scope, scope)


@register.filter
def outcome_word(outcome: str) -> str:
    """Say an outcome as a word."""
    return OperationItem.Outcome(outcome).label


@register.filter
def is_among(line: Line, left: Collection[tuple[str, str]]) -> bool:
    """Tell whether rows of this line are among those that can be planned once more."""
    return (line.outcome, line.reason) in left


@register.filter
def skipped(lines: Iterable[Line]) -> list[Line]:
    """Keep the outcomes of rows that are left alone."""
    return [line for line in lines if line.outcome == OperationItem.Outcome.SKIPPED]


@register.filter
def fell_short(lines: Iterable[Line], operation: Operation) -> list[Line]:
    """Keep the outcomes of rows that the plan had and the run did not change."""
    short = (OperationItem.Outcome.FAILED, OperationItem.Outcome.SKIPPED)
    return [
        line for line in lines if line.outcome in short and line.reason not in operation.refusals
    ]


@register.filter
def refusal_lines(refusals: Mapping[str, int]) -> list[str]:
    """Say why rows are left alone, each reason with its count where there are several."""
    if len(refusals) == 1:
        return list(refusals)
    return [f"{figures.number(rows)} {why}" for why, rows in refusals.items()]


@register.filter
def hidden_fields(selection: Selection) -> list[tuple[str, str]]:
    """List what a form sends on of a selection."""
    is_listed = selection.scope == "ids"
    fields = [
        ("scope", "ids" if is_listed else "all"),
        ("as_of", selection.as_of.isoformat()),
        ("filter", selection.filter),
        ("ids" if is_listed else "except", ",".join(selection.ids)),
    ]
    return [(name, value) for name, value in fields if value]


register.filter("row_link", operations.row_link)
register.filter("state", operations.state)


register.filter("outcome_bar", operations.outcome_bar)


class Step(NamedTuple):
    """One step of the way from a selection to its end."""

    label: str
    icon: str
    done: bool
    current: bool


PLACES = {"selected": 0, "planned": 1, "awaiting": 2, "approved": 2, "running": 3, "paused": 3}


@register.filter
def steps(state: str, gated: str | None) -> list[Step]:
    """List the way of an operation; without a gate there is no step of approval."""
    here = PLACES.get(state, 4)
    labels = ["Selected", "Plan", "Approval", "Run", "Done"]
    listed = [
        (place, label)
        for place, label in enumerate(labels)
        if label != "Approval" or gated or here == 0
    ]
    return [
        Step(
            label,
            "resolved" if place < here else "running" if place == here else "missing",
            place < here,
            place == here,
        )
        for place, label in listed
    ]
