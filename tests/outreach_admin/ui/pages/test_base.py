"""A page is for signed-in people, whatever else it asks for."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory

from outreach_admin.ui.pages.base import Page, wants_part
from tests import make


class Open(Page):
    permission_required = ()
    template_name = "keys.html"
    part_template = "_total.html"


def answer(user, **headers):
    request = RequestFactory().get("/x/", headers=headers)
    request.user = user
    return Open.as_view()(request)


def test_a_page_without_a_permission_is_still_closed_to_strangers():
    assert answer(AnonymousUser()).status_code == 302


def test_a_page_without_a_permission_is_open_to_everybody_who_is_signed_in():
    assert answer(User(pk=1)).status_code == 200


def test_no_browser_keeps_a_page_or_a_part_with_data():
    answers = [answer(User(pk=1)), answer(User(pk=1), **{"HX-Request": "true"})]

    assert [one["Cache-Control"] for one in answers] == ["private, no-store"] * 2


@pytest.mark.django_db
def test_a_part_brings_the_figures_of_the_navigation_when_asked():
    reader = make.viewer()
    asked = {"HX-Request": "true", "X-Figures": "1"}

    figures = json.loads(answer(reader, **asked)["HX-Trigger"])["figures"]

    assert figures["errors"] == "0"
    assert "HX-Trigger" not in answer(reader, **{"HX-Request": "true"})
    assert "HX-Trigger" not in answer(reader, **{"X-Figures": "1"})


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_a_part_is_for_htmx_but_not_for_its_history(headers, part):
    assert wants_part(RequestFactory().get("/", headers=headers)) is part


def test_the_part_of_a_page_is_chosen_by_htmx():
    assert answer(User(pk=1), **{"HX-Request": "true"}).template_name == ["_total.html"]
