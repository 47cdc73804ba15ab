"""What is asked to save a view."""

import pytest

from governance.forms.savedviews import SaveViewForm

GOOD = {"page": "governance:error-list", "name": "Mine"}


def test_a_view_of_everything_has_no_query():
    form = SaveViewForm(GOOD, shares=False)

    assert form.is_valid() and form.cleaned_data["query"] == ""


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": ""}, "name"), ({"name": "  "}, "name"), ({"name": "x" * 61}, "name")],
)
def test_a_name_has_1_to_60_characters(given, field):
    assert set(SaveViewForm(GOOD | given, shares=True).errors) == {field}


def test_who_may_not_share_is_not_asked_and_cannot_slip_it_in():
    form = SaveViewForm(GOOD | {"shared": "on", "default": "on"}, shares=False)

    assert form.is_valid()
    assert not {"shared", "default"} & {*form.fields, *form.cleaned_data}


def test_who_may_share_says_so():
    form = SaveViewForm(GOOD | {"shared": "on"}, shares=True)

    assert form.is_valid()
    assert (form.cleaned_data["shared"], form.cleaned_data["default"]) == (True, False)
