"""A kept address in two: what a list still has, and what it no longer has."""

import pytest
from django.http import QueryDict

from outreach_admin.ui.pages import stale
from tests.outreach_admin.ui.people import PersonFilter, PersonTable


def parted(text: str) -> tuple[str, list[str]]:
    found = stale.parted(QueryDict(text), PersonFilter, PersonTable)
    return found.kept.urlencode(), found.gone


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("q=a&legacy=1", "q=a", ["the filter “legacy”"]),
        ("legacy=1&legacy=2", "", ["the filter “legacy”"]),
        ("last_name=adams&last_name=x", "last_name=adams", ["the value “x” of “last_name”"]),
        ("is_active=perhaps&q=a", "q=a", ["the value “perhaps” of “is_active”"]),
        ("sort=legacy&q=a", "q=a", ["the order “legacy”"]),
        ("columns=legacy,seen&q=a", "columns=seen&q=a", ["the column “legacy”"]),
        ("size=33", "", ["the page size “33”"]),
    ],
)
def test_what_holds_is_kept_and_the_rest_is_named(text, kept, gone):
    assert parted(text) == (kept, gone)


def test_what_a_list_takes_is_kept_whole():
    text = "last_name=adams&q=a&view=all&size=25"

    assert parted(text) == (text, [])


def test_several_parts_are_named_as_people_do():
    assert stale.listed(["a"]) == "a"
    assert stale.listed(["a", "b", "c"]) == "a, b and c"
