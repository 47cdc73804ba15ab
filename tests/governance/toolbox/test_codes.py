"""The codes against the seed's table and its family."""

from governance.toolbox.codes import CODES
from tests.governance.canon.thespec import SEVERITIES


def test_each_code_has_the_severity_and_disposition_of_the_tables():
    found = {name: (code.severity.value, code.disposition.value) for name, code in CODES.items()}

    assert found == SEVERITIES


def test_each_code_says_what_it_means():
    meanings = [code.meaning for code in CODES.values()]

    assert all(meanings) and len(set(meanings)) == 12
