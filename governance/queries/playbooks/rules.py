"""What a rule of a playbook may say, which rows it means, and how people read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from governance.exceptions import PlaybookRefused
from governance.queries.playbooks import conditions
from governance.queries.playbooks.conditions import Conditions, Known
from governance.verbs import registry
from governance.verbs.base import Verb, as_typed
from governance.verbs.registry import VERBS
from outreach_admin.db.rules import unseen

KEYS = ("name", "subject", "verb", "parameters", *conditions.NARROWING)
MOST_RULES = 50
LONGEST_NAME = 200

Rule = dict[str, Any]


class RuleCount(NamedTuple):
    """What one rule would do now: rows it is the first to match, those its verb takes, the others by reason.

    `opened`: companies that could be promoted to Outreach then, and cannot now.
    """

    matched: int
    eligible: int
    refusals: dict[str, int]
    opened: int = 0

    @property
    def left_alone(self) -> int:
        """Rows that its verb refuses."""
        return self.matched - self.eligible


@dataclass(frozen=True)
class Shown:
    """A rule as people read it, with its counts where they were taken; `wrong` says why it can no longer run."""

    place: int
    rule: Rule
    rows: str
    filter: str
    verb: Verb | None
    count: RuleCount | None
    wrong: str = ""


def conditions_of(rule: Mapping[str, Any]) -> Conditions:
    """Return what a rule may ask of the rows that its verb is about."""
    return conditions.of(VERBS[rule["verb"]].subject)


def matching(rule: Mapping[str, Any], *, as_of: datetime | None = None) -> QuerySet[Any]:
    """Return the rows that a sound rule is about; times from now are counted from `as_of`."""
    return conditions_of(rule).rows(rule, as_of=as_of)


def canonical(rule: Mapping[str, Any]) -> str:
    """Return the rule's rows as the filter text of their list."""
    return conditions_of(rule).canonical(rule)


def words(rule: Mapping[str, Any]) -> str:
    """Say in one line which rows a rule is about."""
    return conditions_of(rule).words(rule)


def problems(rule: Mapping[str, Any], known: Known | None = None) -> dict[str, str]:
    """Say what is wrong with a rule, one sentence per field; empty means it is sound."""
    found = {}
    if unknown := sorted(set(rule) - set(KEYS)):
        found["name"] = f"A rule does not have {', '.join(unknown)}."
    if not 1 <= len(str(rule.get("name") or "").strip()) <= LONGEST_NAME:
        found["name"] = f"A rule has a name of at most {LONGEST_NAME} characters."
    elif said := unseen(str(rule["name"])):
        found["name"] = said
    offered = [verb.name for verb in registry.in_rules()]
    if rule.get("verb") not in offered:
        return found | {"verb": f"A rule does one of {', '.join(offered)}."}
    wrong = conditions_of(rule).problems(rule, known)
    return found | wrong | _parameters(rule)


def _parameters(rule: Mapping[str, Any]) -> dict[str, str]:
    verb, given = VERBS[rule["verb"]], dict(rule.get("parameters") or {})
    found = {
        name: f"{verb.label} does not take this: leave it empty."
        for name in given
        if name not in verb.parameters.base_fields
    }
    if not found:
        form = verb.parameters({name: as_typed(value) for name, value in given.items()})
        found = {name: " ".join(map(str, sentences)) for name, sentences in form.errors.items()}
    return found


def checked(rules: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """Return the rules as they are kept. Raises PlaybookRefused naming every rule that is not sound."""
    if not 1 <= len(rules) <= MOST_RULES:
        raise PlaybookRefused(f"A playbook has 1 to {MOST_RULES} rules.")
    if wrong := broken(rules):
        raise PlaybookRefused(" ".join(wrong), what_to_do="Correct it; nothing was saved.")
    return [kept(rule) for rule in rules]


def broken(rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what is wrong with rules, also with kept ones whose table, code, filter or verb went since; empty when all can run."""
    known = Known()
    return [
        f"Rule {number}, {field.replace('_', ' ')}: {sentence}"
        for number, rule in enumerate(rules, 1)
        for field, sentence in problems(rule, known).items()
    ]


def kept(rule: Mapping[str, Any]) -> Rule:
    """Return a sound rule in the one form that is stored and compared."""
    verb = VERBS[rule["verb"]]
    given = rule.get("parameters") or {}
    asked = {name: value for name, value in given.items() if value not in ("", None)}
    found = {
        "name": str(rule["name"]).strip().replace("\0", "\ufffd"),
        "subject": verb.subject,
        "error_table": rule.get("error_table") or None,
        "codes": list(dict.fromkeys(rule.get("codes") or [])),
        "min_retries": rule.get("min_retries"),
        "max_retries": rule.get("max_retries"),
        "verb": verb.name,
        "parameters": verb.stored(asked),
    }
    return found | ({"filter": rule["filter"]} if rule.get("filter") else {})


def lost(rules: Sequence[Rule]) -> list[Shown]:
    """Return the rules that can no longer run."""
    return [one for one in shown(rules) if one.wrong]


def shown(rules: Sequence[Rule], counts: Sequence[RuleCount] = ()) -> list[Shown]:
    """Return the rules in words, each with the filter that lists its rows; one that can no longer run says why instead."""
    known = Known()
    return [
        _shown(
            place + 1,
            rule,
            counts[place] if counts else None,
            known,
        )
        for place, rule in enumerate(rules)
    ]


def _shown(
    place: int,
    rule: Rule,
    count: RuleCount | None,
    known: Known,
) -> Shown:
    wrong = problems(rule, known)
    return Shown(
        place,
        rule,
        rows="" if wrong else words(rule),
        filter="" if wrong else canonical(rule),
        verb=VERBS.get(rule["verb"]),
        count=count,
        wrong=" ".join(wrong.values()),
    )
