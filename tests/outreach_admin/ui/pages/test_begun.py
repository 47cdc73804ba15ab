"""A form says whose it is, in our hand."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from outreach_admin.ui.pages import begun
from tests import make

pytestmark = pytest.mark.django_db


def sent(mark: str):
    return RequestFactory().post("/x/", {begun.FIELD: mark})


def drawn(user) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return Template("{% csrf_token %}").render(Context({"request": request, "csrf_token": "t"}))


def test_a_form_names_the_account_that_it_was_shown_to():
    user = make.user()

    account = begun.owner(sent(begun.mark(user)))

    assert begun.is_of(account, user)
    assert not begun.is_of(account, make.user())


@pytest.mark.parametrize("mark", ["", "1", "1:forged"])
def test_what_we_did_not_write_names_nobody(mark):
    user = make.user()

    assert begun.owner(sent(mark)) == ""
    assert not begun.is_of(begun.owner(sent(mark)), user)


def test_every_form_carries_it_beside_its_token():
    user = make.user()

    assert f'name="begun_by" value="{begun.mark(user)}"' in drawn(user)
    assert begun.FIELD not in drawn(AnonymousUser())
