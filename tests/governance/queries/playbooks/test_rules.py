"""What a rule of a playbook may say."""

import pytest

from governance.exceptions import PlaybookRefused
from governance.models import Playbook
from governance.queries.playbooks import rules as playbook_rules
from tests.governance.rules import PARK_TRIED

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


@pytest.mark.parametrize("rules", [[], [PARK_TRIED] * 51])
def test_a_playbook_has_one_to_fifty_rules(rules):
    with pytest.raises(PlaybookRefused, match="1 to 50"):
        playbook_rules.checked(rules)
