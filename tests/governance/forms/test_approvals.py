"""What a vote and a remark must say."""

import pytest

from governance.forms.approvals import BatchForm, CommentForm, DecisionForm

GOOD = {"vote": "approve", "plan_hash": "a" * 64}


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"vote": ""}, "vote", "This field is required."),
        ({"vote": "maybe"}, "vote", "Select a valid choice. maybe is not one of the available"),
        ({"plan_hash": ""}, "plan_hash", "This field is required."),
        ({"plan_hash": "a" * 65}, "plan_hash", "at most 64 characters"),
        ({"vote": "reject"}, "comment", "A rejection needs a reason: say what should change."),
        ({"vote": "reject", "comment": " \n"}, "comment", "A rejection needs a reason"),
        ({"comment": "x" * 2_001}, "comment", "at most 2000 characters"),
    ],
)
def test_a_vote_that_is_not_one_is_refused_at_its_field(given, field, said):
    form = DecisionForm(GOOD | given)

    assert set(form.errors) == {field}
    assert said in " ".join(form.errors[field])


def test_an_approval_needs_no_words_and_a_rejection_keeps_its_own():
    assert DecisionForm(GOOD).is_valid()
    form = DecisionForm(GOOD | {"vote": "reject", "comment": " too many rows "})

    assert form.is_valid() and form.cleaned_data["comment"] == "too many rows"


def test_enter_in_the_reason_does_not_press_the_first_button():
    assert "<textarea" in str(DecisionForm()["comment"])


@pytest.mark.parametrize("body", ["", "   ", "x" * 2_001])
def test_a_remark_has_words_and_an_end(body):
    assert set(CommentForm({"body": body}).errors) == {"body"}


KEY = f"7:{'a' * 64}"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"calls": []}, "calls"),
        ({"calls": ["7"]}, "calls"),
        ({"calls": [KEY, f"{KEY}0"]}, "calls"),
        ({"calls": [f"{'9' * 19}:{'a' * 64}"]}, "calls"),
        ({"calls": [f"\u0667:{'a' * 64}"]}, "calls"),
        ({"vote": "maybe"}, "vote"),
        ({"vote": "reject"}, "comment"),
    ],
)
def test_a_decision_on_several_names_each_that_was_read(given, field):
    assert set(BatchForm({"vote": "approve", "calls": [KEY]} | given).errors) == {field}


def test_calls_are_taken_apart_into_request_and_digest():
    form = BatchForm({"vote": "approve", "calls": [KEY]})

    assert form.is_valid()
    assert form.cleaned_data["calls"] == [(7, "a" * 64)]
