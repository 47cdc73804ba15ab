"""A filter fails closed: what it does not understand selects nothing."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from outreach_admin.exceptions import BadRequest
from tests.outreach_admin.ui.people import PersonFilter


def read(text: str) -> PersonFilter:
    return PersonFilter(QueryDict(text))


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    with pytest.raises(BadRequest) as refusal:
        read("lastname=adams").check()

    assert refusal.value.sentence == "Unknown filter “lastname”. Nothing is selected."
    assert refusal.value.what_to_do == "Did you mean “last_name”?"
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("last_name=nobody", "last_name"),
        ("last_name=adams&last_name=nobody", "last_name"),
        ("is_active=perhaps", "is_active"),
        ("joined_after=yesterday", "joined_after"),
        ("number_min=x", "number"),
        ("q=%00", "q"),
    ],
)
def test_an_invalid_value_is_refused_naming_its_key(text, key):
    with pytest.raises(BadRequest, match=f"“{key}”"):
        read(text).check()


def test_a_single_value_given_twice_is_refused():
    with pytest.raises(BadRequest, match="“q” is given 2 times"):
        read("q=a&q=b").check()


@pytest.mark.parametrize("text", ["oops=1", "is_active=perhaps", "q=a&q=b"])
def test_the_rows_are_never_all_rows_when_the_filter_is_wrong(text):
    with pytest.raises(BadRequest):
        _ = read(text).qs


@pytest.mark.parametrize(
    "key", ["sort", "size", "after", "before", "columns", "part", "view", "select", "except"]
)
def test_the_pages_own_keys_are_known_to_a_list_and_refused_in_a_stored_text(key):
    read(f"{key}=1").check()

    with pytest.raises(BadRequest, match=f"Unknown filter “{key}”"):
        PersonFilter.from_text(f"{key}=1")


def test_the_canonical_text_ignores_order_repetition_state_and_empty_values():
    assert read(
        "q=a+b&last_name=baker&last_name=adams&last_name=baker&sort=-joined&is_active="
    ).canonical() == ("last_name=adams&last_name=baker&q=a%20b")


def test_blanks_belong_to_a_value():
    found = read("q=+a+&last_name=adams")

    found.check()

    assert found.values["q"] == " a "
    assert found.canonical() == "last_name=adams&q=%20a%20"
    assert [chip.remove for chip in found.chips()] == ["q=+a+", "last_name=adams"]
    assert PersonFilter.from_text("q=%20").pairs() == [("q", " ")]


@given(st.text(min_size=1).filter(lambda text: text.strip() and "\x00" not in text))
def test_the_canonical_text_reads_back_as_the_same_filter(text):
    query = QueryDict(mutable=True)
    query["q"] = text

    written = PersonFilter(query).canonical()

    assert PersonFilter.from_text(written).canonical() == written


def test_a_chip_names_its_value_and_removes_only_itself():
    chips = read("last_name=adams&last_name=baker&sort=-joined&after=xyz&is_active=true").chips()

    assert [(chip.label, chip.value) for chip in chips] == [
        ("Active", "yes"),
        ("Surname", "Adams"),
        ("Surname", "Baker"),
    ]
    assert chips[1].remove == "last_name=baker&sort=-joined&is_active=true"


def test_a_range_has_a_chip_for_each_end():
    chips = read("number_min=1&number_max=9").chips()

    assert [chip.label.split()[-1] for chip in chips] == ["max", "min"]


def test_a_facet_value_is_added_and_taken_away():
    filterset = read("last_name=adams&size=100&after=xyz")

    assert filterset.toggled("last_name", "baker") == "last_name=adams&last_name=baker&size=100"
    assert filterset.toggled("last_name", "adams") == "size=100"


def test_a_filter_without_values_is_empty():
    assert read("sort=-joined&q=").is_empty
    assert not read("q=a").is_empty


def test_the_panel_offers_what_the_facets_do_not():
    filterset = read("")

    assert [field.name for field in filterset.panel] == ["is_active", "q", "joined_after", "number"]
    assert "number_min" in filterset.panel_keys
