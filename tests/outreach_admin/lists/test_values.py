"""Values are judged as a form would, without one."""

import pytest
from django.http import QueryDict

from outreach_admin.lists.filters import StrictFilterSet
from tests.outreach_admin.ui.people import PersonFilter

TEXTS = (
    "",
    "last_name=adams&last_name=baker",
    "is_active=true&q=+a+",
    "is_active=&q=",
    "joined_after=2026-02-04T13:00Z&number_min=1&number_max=9",
    "sort=-joined&number_max=3",
)


def kinds() -> list[type[StrictFilterSet]]:
    """List every filter of the console that has rows of its own."""
    found, rest = [], [StrictFilterSet]
    while rest:
        kind = rest.pop()
        rest += kind.__subclasses__()
        found.append(kind)
    return [kind for kind in found if kind._meta.model]


def of_form(filterset: StrictFilterSet) -> dict:
    form = filterset.form
    assert not form.errors
    return form.cleaned_data


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_what_the_form_would_read(text):
    filterset = PersonFilter(QueryDict(text))

    assert filterset.values == of_form(filterset)


@pytest.mark.django_db
def test_no_filter_of_the_console_takes_an_empty_query_otherwise_than_its_form():
    assert len(kinds()) > 10

    for kind in kinds():
        filterset = kind(QueryDict())
        assert filterset.values == of_form(filterset), kind


def test_only_fields_that_are_named_are_made():
    PersonFilter(QueryDict("q=a")).check()
    filterset = PersonFilter(QueryDict("last_name=adams"))

    filterset.check()

    made = [name for name, filter_ in filterset.filters.items() if "_field" in vars(filter_)]
    assert made == ["last_name"]
    assert "_form" not in vars(filterset)


def test_a_filter_belongs_to_one_request():
    first, second = PersonFilter(QueryDict("q=a")), PersonFilter(QueryDict("q=b"))

    first.field_of("q").max_length = 1

    assert second.field_of("q").max_length is None
    assert {one.parent for one in second.filters.values()} == {second}
    assert second.filters["q"].filter is not first.filters["q"].filter


def test_a_wrong_value_has_its_sentence_and_no_value():
    filterset = PersonFilter(QueryDict("joined_after=yesterday&last_name=adams"))

    assert list(filterset.errors) == ["joined_after"]
    assert "joined_after" not in filterset.values
    assert filterset.values["last_name"] == ["adams"]
