"""Playbooks: what a rule may say, new versions, and what rules would do before they are kept."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from governance.exceptions import NotPermitted, PlaybookRefused, StateRefused
from governance.models import ErrorCode, ErrorTable, Playbook, PlaybookVersion
from governance.services import operations, playbook_runs
from governance.services.playbook_runs import Rule, RuleCount
from governance.verbs import VERBS, Verb

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
    return [_kept(rule) for rule in rules]


def _kept(rule: Mapping[str, Any]) -> Rule:
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
        "parameters": operations.checked_parameters(verb, asked),
    }


def save(
    playbook: Playbook, rules: Sequence[Mapping[str, Any]], *, by: User, note: str, base: int
) -> PlaybookVersion:
    """Keep the rules as the playbook's next version; runs planned under earlier versions keep theirs.

    `base` is the version the person began with. Raises NotPermitted, PlaybookRefused (unsound, unchanged, no note),
    StateRefused when somebody else saved in between.
    """
    if not by.has_perm("governance.run_playbook"):
        raise NotPermitted(
            "You may not change playbooks.", what_to_do="Ask a person in the group that may."
        )
    if not note.strip():
        raise PlaybookRefused("A new version needs a note: what changed, and why?")
    kept = checked(rules)
    with transaction.atomic():
        current = Playbook.objects.select_for_update().get(pk=playbook.pk).current
        if current.number != base:
            raise StateRefused(
                f"{current} was saved in the meantime; you began with version {base}.",
                what_to_do="Open the playbook again and repeat your change.",
            )
        if kept == [_kept(rule) for rule in current.rules]:
            raise PlaybookRefused(f"These are the rules of {current}: there is nothing to save.")
        return PlaybookVersion.objects.create(
            playbook=playbook,
            number=base + 1,
            rules=kept,
            author=by,
            note=note.strip().replace("\0", "\ufffd"),
        )


def simulate(
    playbook: Playbook, rules: Sequence[Mapping[str, Any]], *, by: User | None = None
) -> list[RuleCount]:
    """Count what each rule would do on the backlog as it is now; nothing is kept. Raises PlaybookRefused, NotPermitted, PlanRefused."""
    return playbook_runs.simulate(checked(rules), playbook=playbook, by=by)


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


class Shown(NamedTuple):
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
            playbook_runs.canonical(rule),
            VERBS[rule["verb"]],
            counts[place] if counts else None,
        )
        for place, rule in enumerate(rules)
    ]
