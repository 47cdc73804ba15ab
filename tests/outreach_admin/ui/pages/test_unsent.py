"""What came too late is kept whole, by nobody but us, and given back once."""

from dataclasses import replace

import pytest
from django.core import signing
from django.test import RequestFactory

from outreach_admin.ui.pages import unsent
from outreach_admin.ui.pages.unsent import Unsent
from tests import make

LATE = Unsent("/x/", "/errors/?a=1", "note=a%0D%0Ab&empty=&tag=1&tag=2")


def posted(**fields):
    return RequestFactory().post("/x/", fields, headers={"Referer": "http://testserver/errors/"})


def test_what_was_typed_is_listed_by_field_in_words():
    assert list(LATE.typed()) == [
        ("note", "Note", "a\r\nb"),
        ("tag", "Tag", "1"),
        ("tag", "Tag", "2"),
    ]


def test_what_nobody_typed_is_kept_but_not_listed():
    ids = "x" * 6_000

    late = unsent.of(posted(ids=ids, note="a"))

    assert late.data["ids"] == ids
    assert [name for name, _, _ in late.typed()] == ["note"]


def test_tokens_ways_back_and_passwords_are_not_kept():
    late = unsent.of(posted(csrfmiddlewaretoken="t", next="/", new_password1="s", note="a"))

    assert late.body == "note=a"


def test_what_is_too_large_is_left_out_whole():
    assert unsent.of(posted(ids="x" * 700_000)).body == ""


def test_it_is_read_as_it_was_written_and_only_if_we_wrote_it():
    text = unsent.written(LATE)
    foreign = signing.dumps({"path": "/x/"}, salt="another")

    assert unsent.read(text) == LATE
    assert [unsent.read(other) for other in ("", text[:-1], foreign)] == [None] * 3
    assert unsent.written(None) == ""


@pytest.mark.django_db
def test_it_waits_for_one_page(client):
    request = RequestFactory().get("/errors/")
    request.session = client.session
    unsent.keep(request, LATE)
    after = RequestFactory().get("/errors/")
    after.session = request.session

    assert [unsent.waiting(request), unsent.waiting(request)] == [LATE, LATE]
    assert unsent.waiting(after) is None


@pytest.mark.django_db
def test_another_account_gets_only_that_there_was_something():
    owner = make.user()
    late = replace(LATE, files=True, owner=str(owner.pk))

    given = late.given_to(make.user())

    assert late.given_to(owner) == late
    assert (given.body, given.files, given.is_foreign) == ("", False, True)
    assert LATE.given_to(owner).is_foreign
