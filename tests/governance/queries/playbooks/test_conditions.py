"""What rules may ask of rows, of each subject and of one that declares nothing."""

import pytest

from governance.queries.playbooks import rules as playbook_rules
from tests import make
from tests.governance.rules import PARK_TRIED, RESET

pytestmark = pytest.mark.django_db


def test_a_rule_about_company_targets_names_no_errors():
    found = playbook_rules.problems({**RESET, "codes": ["CT-M-NO-MX"], "error_table": make.CT})

    assert set(found) == {"codes", "error_table"}


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
