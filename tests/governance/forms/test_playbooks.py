"""What the fields of a rule refuse, and how a sent form becomes rules again."""

import pytest
from django.http import QueryDict

from governance.forms.playbooks import (
    NoteForm,
    RuleForm,
    fields_of,
    judged,
    rearranged,
    rows_of,
    typed,
)
from tests import make

pytestmark = pytest.mark.django_db

GOOD = {
    "name": "Park",
    "verb": "park",
    "error_table": make.CT,
    "codes": "CT-M-NO-MX",
    "min_retries": "1",
    "max_retries": "",
    "reason": "DATA_QUALITY",
}


def test_the_fields_say_a_rule_and_a_rule_fills_the_fields():
    form = RuleForm(GOOD)

    assert form.is_valid(), form.errors
    assert form.rule == {
        "name": "Park",
        "error_table": make.CT,
        "codes": ["CT-M-NO-MX"],
        "min_retries": 1,
        "max_retries": None,
        "verb": "park",
        "parameters": {"reason": "DATA_QUALITY"},
    }
    again = RuleForm(fields_of(form.rule))
    assert again.is_valid() and again.rule == form.rule


@pytest.mark.parametrize("between", [" ", ", ", ";", "\n", " ;, "])
def test_codes_are_told_apart_however_they_are_typed(between):
    form = RuleForm(GOOD | {"codes": f" CT-M-NO-MX{between}CT-M-NO-PATTERN "})

    assert form.is_valid(), form.errors
    assert form.rule["codes"] == ["CT-M-NO-MX", "CT-M-NO-PATTERN"]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "x" * 201}, "name", "at most 200 characters"),
        ({"verb": "escalate"}, "verb", "not one of the available choices"),
        ({"error_table": ""}, "error_table", "Choose an error table."),
        ({"error_table": "x"}, "error_table", "not one of the available choices"),
        ({"codes": "NOPE"}, "codes", "Not registered: NOPE."),
        ({"codes": "NO_MATCH"}, "codes", "NO_MATCH does not occur in"),
        ({"min_retries": "-1"}, "min_retries", "greater than or equal to 0"),
        ({"min_retries": "2147483648"}, "min_retries", "less than or equal to 2147483647"),
        ({"max_retries": "0"}, "max_retries", "At most is less than at least: no row matches."),
        ({"reason": ""}, "reason", "This field is required."),
        ({"verb": "retry"}, "reason", "Retry does not take this: leave it empty."),
        ({"verb": "reset", "reason": ""}, "codes", "It is about company targets, not about errors"),
    ],
)
def test_what_makes_a_rule_unsound_is_said_at_its_field(given, field, said):
    form = RuleForm(GOOD | given)

    assert not form.is_valid()
    assert said in " ".join(form.errors[field])


def test_folded_fields_open_when_they_hold_something():
    assert not RuleForm(initial=GOOD).says_more
    assert RuleForm(initial=GOOD | {"note": "why"}).says_more


def test_a_new_version_needs_a_note():
    sentence = "A new version needs a note: what changed, and why?"

    assert NoteForm({"note": " "}).errors == {"note": [sentence]}


def test_a_sent_form_is_read_in_its_order_and_no_further_than_it_says():
    sent = QueryDict("rules=2&rule1-name=B&rule0-name=A&rule2-name=C")

    assert [row["name"] for row in rows_of(sent)] == ["A", "B"]


@pytest.mark.parametrize(("rules", "read"), [("x", 0), ("", 0), ("999", 50), ("-1", 0)])
def test_a_number_of_rules_that_is_none_reads_none_and_a_great_one_reads_fifty(rules, read):
    assert len(rows_of(QueryDict(f"rules={rules}"))) == read


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        ("up-1", "BAC"),
        ("up-0", "ABC"),
        ("down-1", "ACB"),
        ("down-2", "ABC"),
        ("remove-0", "BC"),
        ("remove-9", "ABC"),
        ("remove--1", "ABC"),
        ("up-²", "ABC"),
        ("explode-1", "ABC"),
        ("", "ABC"),
    ],
)
def test_a_wish_moves_one_rule_and_nonsense_moves_none(wish, names):
    rows = [{"name": letter} for letter in "ABC"]

    assert "".join(row["name"] for row in rearranged(rows, wish)) == names


def test_a_rule_is_added_at_the_end_until_there_are_fifty():
    assert rearranged([{"name": "A"}], "add") == [{"name": "A"}, {}]
    assert len(rearranged([{}] * 50, "add")) == 50


def test_forms_that_are_shown_are_not_judged_and_those_sent_are():
    assert typed([{"name": ""}])[0].errors == {}
    assert set(judged([GOOD | {"name": ""}])[0].errors) == {"name"}
    assert judged([GOOD, GOOD])[1].prefix == "rule1"
