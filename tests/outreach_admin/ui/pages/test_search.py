"""The search page: one hit opens, several are listed, odd input is answered in the page."""

import pytest

from outreach_admin.lists import search
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    person = make.viewer()
    client.force_login(person)
    return person


def asked(client, text):
    return client.get("/search/", {"q": text})


@pytest.mark.parametrize("text", ["%", "_", "a", "''", "ab", "\\", "\0", "   ", "☃"])
def test_short_or_odd_input_is_answered_in_the_page(client, reader, text):
    response = asked(client, text)

    assert response.status_code == 200
    assert ("Words are searched from 3 characters on." in response.content.decode()) == bool(
        search.plain(text)
    )


def test_what_nothing_has_says_where_it_was_searched(client, reader):
    page = asked(client, "<b>nobody</b>").content.decode()

    assert "Nothing has “&lt;b&gt;nobody&lt;/b&gt;”" in page
    assert "companies, enrichments, workflows, errors, groups" in page


@pytest.mark.parametrize(
    "pasted", ["/errors/?code=NO_MATCH", "http://testserver/errors/?code=NO_MATCH#top"]
)
def test_an_address_of_the_console_opens(client, reader, pasted):
    assert asked(client, pasted).headers["Location"] == "/errors/?code=NO_MATCH"


@pytest.mark.parametrize("host", ["", "http://testserver"])
def test_an_address_that_only_takes_forms_leads_to_its_page(client, reader, host):
    assert asked(client, f"{host}/operations/5/start/").headers["Location"] == "/operations/5/"


def test_one_without_a_page_above_it_says_so(client, reader):
    page = asked(client, "/views/3/delete/").text

    assert "“/views/3/delete/” takes a form and shows no page" in page
    assert "Nothing has" not in page


@pytest.mark.parametrize(
    "pasted",
    [
        "https://evil.example/errors/",
        "//evil.example/errors/",
        "/no/such/page/",
        "/\\evil.example",
        "/sign-out/",
    ],
)
def test_no_other_address_does(client, reader, pasted):
    assert asked(client, pasted).status_code == 200


def test_wildcards_are_letters(client, reader):
    make.error(message="100 % of the requests failed")
    make.error(message="100 of the requests failed")

    page = asked(client, "100 %").content.decode()

    assert page.count('<li>\n        <a class="link"') == 1


def test_it_is_offered_to_whoever_may_find_anything(client):
    client.force_login(make.user())

    assert 'action="/search/"' not in client.get("/keys/").content.decode()
    client.force_login(make.viewer())
    assert 'action="/search/"' in client.get("/errors/?view=all").content.decode()
