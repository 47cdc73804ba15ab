"""What is asked to save a view."""

import pytest

from governance.forms.savedviews import SaveViewForm
from governance.services.savedviews import LONGEST_NAME

PAGE = {"page": "governance:error-list", "query": "code=A"}


def test_a_page_and_a_name_are_enough():
    form = SaveViewForm({**PAGE, "query": "", "name": " Mine "}, shares=False)

    assert form.is_valid()
    assert form.cleaned_data == {"page": PAGE["page"], "query": "", "name": "Mine"}


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"name": " "}, "name", "This field is required."),
        ({"name": "x" * (LONGEST_NAME + 1)}, "name", f"at most {LONGEST_NAME} characters"),
        ({"page": "", "name": "Mine"}, "page", "This field is required."),
    ],
)
def test_a_view_without_a_name_or_a_list_is_refused(given, field, sentence):
    errors = SaveViewForm(PAGE | given, shares=False).errors

    assert set(errors) == {field}
    assert sentence in errors[field][0]


def test_who_may_not_share_is_not_asked_and_cannot_answer():
    given = {**PAGE, "name": "Ours", "shared": "on", "default": "on"}

    mine, ours = (SaveViewForm(given, shares=shares) for shares in (False, True))

    assert mine.is_valid() and ours.is_valid()
    assert {"shared", "default"}.isdisjoint(mine.cleaned_data)
    assert (ours.cleaned_data["shared"], ours.cleaned_data["default"]) == (True, True)
