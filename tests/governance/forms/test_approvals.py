"""What a vote and a remark must say."""

import pytest

from governance.forms.approvals import CommentForm, DecisionForm

HASH = "a" * 64


@pytest.mark.parametrize(
    "given", [{"vote": "approve"}, {"vote": "reject", "comment": "retry them first"}]
)
def test_a_vote_names_a_plan_and_a_rejection_its_reason(given):
    form = DecisionForm({"plan_hash": HASH} | given)

    assert form.is_valid()
    assert form.cleaned_data["plan_hash"] == HASH


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"vote": "reject"}, "comment", "A rejection needs a reason: say what should change."),
        ({"vote": "reject", "comment": "  "}, "comment", "A rejection needs a reason"),
        ({"vote": "maybe"}, "vote", "maybe is not one of the available choices"),
        ({}, "vote", "This field is required."),
        ({"vote": "approve", "plan_hash": ""}, "plan_hash", "This field is required."),
        ({"vote": "approve", "plan_hash": "a" * 65}, "plan_hash", "at most 64 characters"),
        ({"vote": "approve", "comment": "x" * 2001}, "comment", "at most 2000 characters"),
    ],
)
def test_what_is_no_vote_is_refused_at_its_field(given, field, sentence):
    form = DecisionForm({"plan_hash": HASH} | given)

    assert set(form.errors) == {field}
    assert sentence in form.errors[field][0]


@pytest.mark.parametrize("body", ["", "  ", "x" * 2001])
def test_a_remark_has_words_but_not_too_many(body):
    assert set(CommentForm({"body": body}).errors) == {"body"}
    assert CommentForm({"body": "Which ticket?"}).is_valid()
