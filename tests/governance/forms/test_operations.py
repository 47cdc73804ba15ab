"""What operations ask beside the parameters of their verb."""

import pytest

from governance.forms.operations import AgainForm, RequestForm, ThrottleForm


@pytest.mark.parametrize(
    ("typed", "kept"), [("", None), ("1", 1), ("1000000", 1_000_000), (" 5 ", 5)]
)
def test_a_pace_is_a_whole_number_or_no_limit(typed, kept):
    form = ThrottleForm({"rows_a_second": typed})

    assert form.is_valid() and form.cleaned_data["rows_a_second"] == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "greater than or equal to 1"),
        ("-5", "greater than or equal to 1"),
        ("1000001", "less than or equal to 1000000"),
        ("1.5", "Enter a whole number."),
        ("fast", "Enter a whole number."),
        ("9" * 400, "less than or equal to 1000000"),
    ],
)
def test_a_pace_that_is_none_is_refused(typed, said):
    assert said in " ".join(ThrottleForm({"rows_a_second": typed}).errors["rows_a_second"])


def test_a_note_to_the_approver_may_be_missing_and_has_an_end():
    assert RequestForm({}).is_valid()
    assert set(RequestForm({"note": "x" * 2_001}).errors) == {"note"}


@pytest.mark.parametrize("outcome", ["", "applied", "planned"])
def test_only_rows_that_were_left_are_planned_again(outcome):
    assert set(AgainForm({"outcome": outcome}).errors) == {"outcome"}


def test_a_reason_is_kept_to_the_letter_because_rows_are_found_by_it():
    form = AgainForm({"outcome": "skipped", "reason": " already parked "})

    assert form.is_valid() and form.cleaned_data["reason"] == " already parked "
