"""Rules in plain fields: read, judged, rearranged."""

import pytest
from django.http import QueryDict

from governance.forms import playbooks
from governance.forms.playbooks import NoteForm, RuleForm
from governance.queries.playbooks import rules
from tests.governance.rules import PARK_TRIED, RESET

db = pytest.mark.django_db


def form_of(rule: dict, **typed: str) -> RuleForm:
    return RuleForm({**playbooks.fields_of(rule), **typed})


@db
@pytest.mark.parametrize("rule", [PARK_TRIED, RESET])
def test_a_rule_comes_back_from_its_fields_as_it_was(rule):
    form = form_of(rule)

    assert form.is_valid(), form.errors
    assert form.rule == rule


@db
@pytest.mark.parametrize("typed", ["CT-M-NO-MX, CT-M-SMTP-FAIL", "CT-M-NO-MX;CT-M-SMTP-FAIL\n"])
def test_codes_are_parted_by_blanks_commas_and_semicolons(typed):
    form = form_of(PARK_TRIED, codes=typed)

    assert form.is_valid(), form.errors
    assert form.rule["codes"] == ["CT-M-NO-MX", "CT-M-SMTP-FAIL"]


@db
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"verb": "restore"}, "verb", "restore is not one of"),
        ({"error_table": "nowhere"}, "error_table", "nowhere is not one of"),
        ({"error_table": ""}, "error_table", "Choose an error table."),
        ({"codes": "TYPO"}, "codes", "Not registered: TYPO."),
        ({"min_retries": "two"}, "min_retries", "Enter a whole number."),
        ({"max_retries": "1"}, "max_retries", "At most is less than at least"),
        ({"reason": ""}, "reason", "This field is required."),
        ({"note": "x"}, "note", "Park does not take this: leave it empty."),
    ],
)
def test_an_unsound_rule_is_refused_at_its_field(typed, field, sentence):
    errors = form_of(PARK_TRIED, **typed).errors

    assert set(errors) == {field}
    assert sentence in errors[field][0]


@db
def test_fields_that_are_folded_away_open_when_they_hold_or_lack_something():
    assert not form_of(PARK_TRIED).says_more
    assert form_of(PARK_TRIED, owner="Platform team").says_more
    assert form_of(PARK_TRIED, ttl_tier="FOREVER").says_more


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ("up-1", "BAC"),
        ("up-0", "ABC"),
        ("down-0", "BAC"),
        ("down-2", "ABC"),
        ("remove-1", "AC"),
        ("up-9", "ABC"),
        ("up-", "ABC"),
        ("up-²", "ABC"),
        ("dance-0", "ABC"),
        ("", "ABC"),
    ],
)
def test_a_wish_rearranges_the_rules(wish, order):
    rows = [{"name": name} for name in "ABC"]

    assert [row["name"] for row in playbooks.rearranged(rows, wish)] == list(order)


def test_an_empty_rule_is_added_until_there_are_fifty():
    rows = [{"name": "A"}]

    assert playbooks.rearranged(rows, "add") == [{"name": "A"}, {}]
    full = rows * rules.MOST_RULES
    assert playbooks.rearranged(full, "add") == full


@pytest.mark.parametrize(("number", "read"), [("2", 2), ("x", 0), ("", 0), ("9999", 50)])
def test_no_more_rules_are_read_than_a_playbook_has(number, read):
    sent = QueryDict(mutable=True)
    sent.update({"rules": number, "rule1-name": "Second"})

    rows = playbooks.rows_of(sent)

    assert len(rows) == read
    assert [row["name"] for row in rows[1:2]] == (["Second"] if read else [])


@db
def test_shown_rules_are_not_judged_and_judged_ones_are():
    rows = [{"name": "", "verb": "park"}]

    (shown,), (judged,) = playbooks.typed(rows), playbooks.judged(rows)

    assert shown["name"].value() == ""
    assert (bool(shown.errors), "name" in judged.errors) == (False, True)
    assert shown.prefix == judged.prefix == "rule0"


def test_a_new_version_needs_a_note():
    assert NoteForm({"note": " "}).errors == {
        "note": ["A new version needs a note: what changed, and why?"]
    }


def test_what_a_rule_does_not_say_leaves_its_field_empty():
    found = playbooks.fields_of({"name": "Reset", "verb": "reset", "parameters": {"note": "x"}})

    assert found == {
        "name": "Reset",
        "verb": "reset",
        "error_table": "",
        "min_retries": "",
        "max_retries": "",
        "codes": "",
        "note": "x",
    }
