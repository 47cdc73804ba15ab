"""Findings: what they stay when code moves, and how reports hold them."""

from dataclasses import replace

from governance.canon.checks.findings import CODES, MEANINGS, Finding, Rule, order

FINDING = Finding(Rule.IMPORT, "lxml", 3, 8, "It is banned.", "a.py")


def test_a_finding_that_moves_within_its_file_stays_the_same():
    assert replace(FINDING, line=90, column=1).identity == FINDING.identity
    assert replace(FINDING, name="bs4").identity != FINDING.identity
    assert FINDING.within("b.py").identity != FINDING.identity


def test_a_place_names_the_cell_where_there_is_one():
    assert FINDING.place == "a.py:3:8"
    assert replace(FINDING, cell=2).place == "a.py:cell 2:3:8"


def test_reports_hold_the_code_of_the_canon():
    assert FINDING.as_dict()["code"] == "V-TOOL-002"
    assert replace(FINDING, rule=Rule.TOOL).as_dict()["code"] == "V-TOOL-001"


def test_every_rule_has_a_meaning_and_codes_are_of_rules():
    assert set(MEANINGS) == set(Rule) > set(CODES)


def test_findings_are_in_the_order_of_their_places():
    later = replace(FINDING, line=20)

    assert sorted([later, FINDING], key=order) == [FINDING, later]
