"""What operations ask beside a verb's own parameters."""

import pytest

from governance.forms.operations import AgainForm, RequestForm, ThrottleForm


@pytest.mark.parametrize(("text", "pace"), [("1", 1), ("1000000", 1_000_000), ("", None)])
def test_a_pace_is_a_number_of_rows_or_none(text, pace):
    form = ThrottleForm({"rows_a_second": text})

    assert form.is_valid()
    assert form.cleaned_data["rows_a_second"] == pace


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0", "greater than or equal to 1."),
        ("1000001", "less than or equal to 1000000."),
        ("-5", "greater than or equal to 1."),
        ("fast", "Enter a whole number."),
        ("2.5", "Enter a whole number."),
    ],
)
def test_an_impossible_pace_is_refused(text, sentence):
    assert sentence in ThrottleForm({"rows_a_second": text}).errors["rows_a_second"][0]


@pytest.mark.parametrize("outcome", ["failed", "skipped", "cancelled"])
def test_rows_without_effect_can_be_planned_again_by_their_reason(outcome):
    form = AgainForm({"outcome": outcome, "reason": " as it stands "})

    assert form.is_valid()
    assert form.cleaned_data["reason"] == " as it stands "


@pytest.mark.parametrize("outcome", ["applied", "planned", "", "x"])
def test_rows_that_are_done_or_still_to_do_are_not_planned_again(outcome):
    assert set(AgainForm({"outcome": outcome}).errors) == {"outcome"}


def test_a_note_to_the_approver_may_be_left_out_and_has_an_end():
    assert RequestForm({}).is_valid()
    assert RequestForm({"note": "x" * 2000}).is_valid()
    assert set(RequestForm({"note": "x" * 2001}).errors) == {"note"}
