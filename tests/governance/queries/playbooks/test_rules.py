"""What a rule may say, and how a playbook gets its next version."""

import pytest

from governance.exceptions import NotPermitted, PlaybookRefused, StateRefused
from governance.models import Playbook
from governance.queries.playbooks import rules as playbook_rules
from governance.services.playbooks import run_plans, versions
from tests import make
from tests.governance.rules import PARK_TRIED, RESET

pytestmark = pytest.mark.django_db


@pytest.fixture
def playbook():
    return Playbook.objects.get(slug="ops-backlog-cleanup")


def test_the_shipped_rules_are_sound(playbook):
    assert playbook_rules.checked(playbook.current.rules) == playbook.current.rules


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": " "}, "name", "has a name"),
        ({"verb": "restore"}, "verb", "does one of"),
        ({"error_table": "outreach.nothing"}, "error_table", "Choose an error table"),
        ({"error_table": None}, "error_table", "Choose an error table"),
        ({"codes": ["CT-M-NO-MX", "TYPO"]}, "codes", "Not registered: TYPO"),
        ({"codes": ["NO_MATCH"]}, "codes", "does not occur in outreach.company_target_errors"),
        ({"min_retries": -1}, "min_retries", "whole number"),
        ({"min_retries": 3, "max_retries": 2}, "max_retries", "no row matches"),
        ({"parameters": {}}, "reason", "required"),
        ({"parameters": {"reason": "BECAUSE"}}, "reason", "BECAUSE"),
        ({"parameters": {"reason": "DATA_QUALITY", "note": "x"}}, "note", "does not take this"),
        ({"color": "red"}, "name", "does not have color"),
    ],
)
def test_an_unsound_rule_says_what_is_wrong_at_its_field(change, field, words):
    found = playbook_rules.problems({**PARK_TRIED, **change})

    assert words in found[field]
    with pytest.raises(PlaybookRefused, match="Rule 2"):
        playbook_rules.checked([PARK_TRIED, {**PARK_TRIED, **change}])


def test_a_rule_about_company_targets_names_no_errors():
    found = playbook_rules.problems({**RESET, "codes": ["CT-M-NO-MX"], "error_table": make.CT})

    assert set(found) == {"codes", "error_table"}


@pytest.mark.parametrize("rules", [[], [PARK_TRIED] * 51])
def test_a_playbook_has_one_to_fifty_rules(rules):
    with pytest.raises(PlaybookRefused, match="1 to 50"):
        playbook_rules.checked(rules)


def test_saving_makes_the_next_version_and_keeps_the_old_one(playbook):
    author = make.triager()

    version = versions.save(playbook, [PARK_TRIED, RESET], by=author, note="Fewer rules.", base=1)

    assert (version.number, version.author, version.note, playbook.current) == (
        2,
        author,
        "Fewer rules.",
        version,
    )
    assert version.rules[0] == {**PARK_TRIED, "subject": "error"}
    assert version.rules[1]["subject"] == "company_target"
    assert len(playbook.versions.get(number=1).rules) == 6


def test_a_version_needs_a_note_a_change_and_the_right(playbook):
    with pytest.raises(PlaybookRefused, match="note"):
        versions.save(playbook, [PARK_TRIED], by=make.triager(), note=" ", base=1)
    with pytest.raises(PlaybookRefused, match="nothing to save"):
        versions.save(playbook, playbook.current.rules, by=make.triager(), note="Same.", base=1)
    with pytest.raises(NotPermitted):
        versions.save(playbook, [PARK_TRIED], by=make.analyst(), note="Mine.", base=1)

    assert playbook.versions.count() == 1


def test_a_version_saved_by_somebody_else_meanwhile_is_not_overwritten(playbook):
    versions.save(playbook, [PARK_TRIED], by=make.triager(), note="First.", base=1)

    with pytest.raises(StateRefused, match="in the meantime"):
        versions.save(playbook, [RESET], by=make.triager(), note="Second.", base=1)

    assert playbook.current.rules[0]["verb"] == "park"


def test_a_planned_run_keeps_the_rules_it_was_planned_with(playbook):
    make.error(make.DOL)
    run = run_plans.make(playbook.current, by=make.triager())

    versions.save(playbook, [RESET], by=make.triager(), note="Only resets.", base=1)

    run.refresh_from_db()
    assert (run.version.number, run.operations.count()) == (1, 6)


def test_a_simulation_refuses_unsound_rules(playbook):
    with pytest.raises(PlaybookRefused, match="Not registered"):
        versions.simulate(playbook, [{**PARK_TRIED, "codes": ["TYPO"]}])


def test_rules_are_said_in_words():
    assert (
        playbook_rules.words(PARK_TRIED)
        == "CT-M-NO-MX in outreach.company_target_errors, tried at least 2 times"
    )
    assert (
        playbook_rules.words({**PARK_TRIED, "codes": [], "min_retries": None, "max_retries": 1})
        == "any code in outreach.company_target_errors, tried at most once"
    )
    assert playbook_rules.words(RESET) == "failed company targets"
