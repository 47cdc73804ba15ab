"""Kinds of things that the search box finds, and what people paste into it."""

import pytest

from outreach_admin.lists import search
from outreach_admin.lists.search import Found, Kind
from tests import make


def none_like(text, reader):
    return Found()


@pytest.fixture
def known(monkeypatch):
    """Kinds as they are, for a test that adds to them."""
    monkeypatch.setattr(search, "_kinds", dict(search._kinds))


@pytest.mark.django_db
def test_an_app_registers_a_kind_for_those_who_may_see_it(known):
    search.register(Kind("Parts", "governance.view_operation", none_like, position=15))

    names = [kind.name for kind in search.kinds_for(make.viewer())]

    assert names[:5] == ["Companies", "Enrichments", "Parts", "Workflows", "Errors"]
    assert search.kinds_for(make.user()) == []


def test_a_name_is_taken_once(known):
    search.register(Kind("Parts", "governance.view_operation", none_like))

    with pytest.raises(ValueError, match="a kind “Parts” already"):
        search.register(Kind("Parts", "governance.view_huberror", none_like))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" a\n  b ", "a b"),
        ("a\0b", "a b"),
        ("x" * 600, "x" * 500),
        ("%", "%"),
    ],
)
def test_what_no_text_holds_is_left_out(typed, meant):
    assert search.plain(typed) == meant


@pytest.mark.parametrize(
    ("pasted", "domain"),
    [
        ("hartfell.example", "hartfell.example"),
        ("https://www.Hartfell.example/contact?x=1#y", "hartfell.example"),
        ("www.hartfell.example", "hartfell.example"),
        ("jane.doe@hartfell.example", "hartfell.example"),
        ("hartfell.example.", "hartfell.example"),
        ("hartfell.example:8443/x", "hartfell.example"),
        ("Hartfell Clinics", ""),
        ("two words.example", ""),
        ("OP-9", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_a_domain_is_found_in_what_people_paste(pasted, domain):
    assert search.domain_in(pasted) == domain
