"""What a rule of a playbook may say, which rows it means, and how people read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from governance.exceptions import PlaybookRefused
from governance.models import (
    CompanyTarget,
    Disposition,
    ErrorCode,
    ErrorTable,
    HubError,
)
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS

Rule = dict[str, Any]


class RuleCount(NamedTuple):
    """What one rule would do now: rows it is the first to match, those its verb takes, the others by reason."""

    matched: int
    eligible: int
    refusals: dict[str, int]

    @property
    def left_alone(self) -> int:
        """Rows that its verb refuses."""
        return self.matched - self.eligible


def matching(rule: Rule) -> QuerySet[Any]:
    """Return the rows a rule is about: errors in RETRY of its table, codes and retry counts, or failed company targets."""
    verb = VERBS[rule["verb"]]
    if verb.subject == "company_target":
        return CompanyTarget.objects.filter(execution_status=CompanyTarget.Status.FAILED)
    conditions = Q(error_table=rule["error_table"], disposition=Disposition.RETRY)
    if rule.get("codes"):
        conditions &= Q(code__in=rule["codes"])
    if rule.get("min_retries") is not None:
        conditions &= Q(retry_count__gte=rule["min_retries"])
    if rule.get("max_retries") is not None:
        conditions &= Q(retry_count__lte=rule["max_retries"])
    return HubError.objects.filter(conditions)


def canonical(rule: Rule) -> str:
    """Return the rule's rows as the filter text of the error list."""
    if VERBS[rule["verb"]].subject == "company_target":
        return urlencode([("execution_status", "failed")])
    pairs = [
        ("error_table", rule["error_table"]),
        ("disposition", "RETRY"),
        *(("code", code) for code in rule.get("codes") or []),
    ]
    pairs += [
        (f"retry_count_{edge}", str(rule[f"{edge}_retries"]))
        for edge in ("min", "max")
        if rule.get(f"{edge}_retries") is not None
    ]
    return urlencode(sorted(pairs))


# what makes sense on errors in RETRY and on failed company targets, which is what rules are about
VERBS_OF_RULES = ("park", "retry", "resolve", "archive", "ignore", "assign", "set_ttl", "reset")

KEYS = (
    "name",
    "subject",
    "error_table",
    "codes",
    "min_retries",
    "max_retries",
    "verb",
    "parameters",
)

MOST_RULES = 50

MOST_TRIES = 32767

LONGEST_NAME = 200


def problems(rule: Mapping[str, Any]) -> dict[str, str]:
    """Say what is wrong with a rule, one sentence per field; empty means it is sound."""
    found = {}
    if unknown := sorted(set(rule) - set(KEYS)):
        found["name"] = f"A rule does not have {', '.join(unknown)}."
    if not 1 <= len(str(rule.get("name") or "").strip()) <= LONGEST_NAME:
        found["name"] = f"A rule has a name of at most {LONGEST_NAME} characters."
    if rule.get("verb") not in VERBS_OF_RULES:
        return found | {"verb": f"A rule does one of {', '.join(VERBS_OF_RULES)}."}
    if VERBS[rule["verb"]].subject == "error":
        return found | _rows(rule) | _parameters(rule)
    narrowing = [
        name
        for name in ("error_table", "codes", "min_retries", "max_retries")
        if rule.get(name) not in (None, [], "")
    ]
    return (
        found
        | dict.fromkeys(
            narrowing, "It is about company targets, not about errors: leave this empty."
        )
        | _parameters(rule)
    )


def _rows(rule: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    table = ErrorTable.objects.filter(name=rule.get("error_table") or "").first()
    if table is None:
        return {"error_table": "Choose an error table."}
    codes = list(rule.get("codes") or [])
    known = dict(ErrorCode.objects.filter(code__in=codes).values_list("code", "hub_id"))
    if unknown := [code for code in codes if code not in known]:
        found["codes"] = f"Not registered: {', '.join(unknown)}."
    elif foreign := [code for code in codes if known[code] not in (None, table.hub_id)]:
        found["codes"] = f"{', '.join(foreign)} does not occur in {table}."
    least, most = rule.get("min_retries"), rule.get("max_retries")
    for name, value in (("min_retries", least), ("max_retries", most)):
        if value is not None and not (isinstance(value, int) and 0 <= value <= MOST_TRIES):
            found[name] = f"Tries are a whole number from 0 to {MOST_TRIES:,}."
    if not found and least is not None and most is not None and least > most:
        found["max_retries"] = "At most is less than at least: no row matches."
    return found


def _parameters(rule: Mapping[str, Any]) -> dict[str, str]:
    verb, given = VERBS[rule["verb"]], dict(rule.get("parameters") or {})
    found = {
        name: f"{verb.label} does not take this: leave it empty."
        for name in given
        if name not in verb.parameters.base_fields
    }
    if not found:
        form = verb.parameters({name: str(value) for name, value in given.items()})
        found = {name: " ".join(map(str, sentences)) for name, sentences in form.errors.items()}
    return found


def checked(rules: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """Return the rules as they are kept. Raises PlaybookRefused naming every rule that is not sound."""
    if not 1 <= len(rules) <= MOST_RULES:
        raise PlaybookRefused(f"A playbook has 1 to {MOST_RULES} rules.")
    wrong = [
        f"Rule {number}, {field.replace('_', ' ')}: {sentence}"
        for number, rule in enumerate(rules, 1)
        for field, sentence in problems(rule).items()
    ]
    if wrong:
        raise PlaybookRefused(" ".join(wrong), what_to_do="Correct it; nothing was saved.")
    return [kept(rule) for rule in rules]


def kept(rule: Mapping[str, Any]) -> Rule:
    """Return a sound rule in the one form that is stored and compared."""
    verb = VERBS[rule["verb"]]
    asked = {
        name: value
        for name, value in (rule.get("parameters") or {}).items()
        if value not in ("", None)
    }
    return {
        "name": str(rule["name"]).strip().replace("\0", "\ufffd"),
        "subject": verb.subject,
        "error_table": rule.get("error_table") or None,
        "codes": list(dict.fromkeys(rule.get("codes") or [])),
        "min_retries": rule.get("min_retries"),
        "max_retries": rule.get("max_retries"),
        "verb": verb.name,
        "parameters": verb.checked(asked),
    }


def words(rule: Mapping[str, Any]) -> str:
    """Say in one line which rows a rule is about."""
    if VERBS[rule["verb"]].subject == "company_target":
        return "failed company targets"
    codes = " or ".join(rule.get("codes") or []) or "any code"
    least, most = rule.get("min_retries"), rule.get("max_retries")
    tries = {
        (False, False): "",
        (True, False): f", tried at least {_times(least)}",
        (False, True): f", tried at most {_times(most)}",
        (True, True): f", tried {least} to {_times(most)}",
    }
    return f"{codes} in {rule['error_table']}{tries[least is not None, most is not None]}"


def _times(number: int | None) -> str:
    return "once" if number == 1 else f"{number} times"


@dataclass(frozen=True)
class Shown:
    """A rule as people read it, with its counts where they were taken."""

    place: int
    rule: Rule
    rows: str
    filter: str
    verb: Verb
    count: RuleCount | None


def shown(rules: Sequence[Rule], counts: Sequence[RuleCount] = ()) -> list[Shown]:
    """Return the rules in words, each with the filter that lists its rows."""
    return [
        Shown(
            place + 1,
            rule,
            words(rule),
            canonical(rule),
            VERBS[rule["verb"]],
            counts[place] if counts else None,
        )
        for place, rule in enumerate(rules)
    ]
