"""Which addresses are ours, and which of them show a page."""

from datetime import date

import pytest
from django.http import Http404
from django.test import RequestFactory

from outreach_admin.ui.pages import addresses

LONG = "&".join(f"code={number}" for number in range(600))


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("/errors/", True),
        (f"/errors/?{LONG}", True),
        (f"http://testserver/errors/?{LONG}", True),
        ("/errors/?next=http://elsewhere.example/", True),
        ("", False),
        ("http://elsewhere.example/?http://testserver/", False),
        ("//elsewhere.example/errors/", False),
        ("/\\elsewhere.example/", False),
        ("//?//elsewhere.example", False),
        ("\\\\?//elsewhere.example", False),
        ("http://[bad/errors/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_an_address_is_ours_by_its_host_however_long_its_query(address, ours):
    assert addresses.is_ours(RequestFactory().get("/"), address) is ours


def test_the_page_a_form_came_from_loses_its_host_and_nothing_else():
    request = RequestFactory().post("/x/", headers={"Referer": "http://testserver/errors/?a=1#b"})

    assert addresses.page_of(request) == "/errors/?a=1"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/operations/5/?part=undo", "/operations/5/?part=undo"),
        ("/operations/5/start/", "/operations/5/"),
        ("/approvals/5/vote/?x=1", "/approvals/5/"),
        ("/views/3/delete/", "/"),
        ("/preferences/", "/"),
        ("/no/such/page/", "/no/such/page/"),
    ],
)
def test_where_only_forms_are_taken_the_page_above_is_shown(address, page):
    assert addresses.shown(address) == page


def test_a_day_is_read_as_it_is_written():
    assert addresses.day_of("2026-02-28") == date(2026, 2, 28)


@pytest.mark.parametrize("text", ["2026-02-30", "1899-12-31", "9999-12-31", "2026-2-4", "", "\0"])
def test_what_is_no_day_of_ours_is_not_there(text):
    with pytest.raises(Http404):
        addresses.day_of(text)
