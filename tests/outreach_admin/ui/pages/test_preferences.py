"""Theme and shortcuts are plain forms that leave a cookie."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory

from outreach_admin import menu
from outreach_admin.ui import navigation
from outreach_admin.ui.pages import preferences

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.outreach_admin.ui.people")]


def test_a_theme_is_kept_and_the_page_is_returned_to():
    client = Client()

    answer = client.post("/preferences/", {"theme": "dark", "next": "/keys/?a=b"})

    assert answer.headers["Location"] == "/keys/?a=b"
    assert 'data-theme="dark"' in client.get("/sign-in/").text


def test_the_system_decides_until_somebody_chooses():
    assert 'data-theme="system"' in Client().get("/sign-in/").text


def test_a_theme_that_is_not_offered_is_refused():
    answer = Client().post("/preferences/", {"theme": "<pink>"})

    assert answer.status_code == 400
    assert "“&lt;pink&gt;” is not an offered theme." in answer.text


def test_a_forged_cookie_counts_as_no_choice():
    client = Client()
    client.cookies["theme"] = '"><script>'

    assert 'data-theme="system"' in client.get("/sign-in/").text


def test_the_way_back_leads_nowhere_else():
    answer = Client().post("/preferences/", {"theme": "dark", "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/keys/"


def test_shortcuts_are_switched_off():
    client = Client()
    client.post("/preferences/", {"keys": "off"})

    assert 'data-keys="off"' in client.get("/sign-in/").text


def test_a_preference_is_not_set_by_a_link():
    assert Client().get("/preferences/").status_code == 405


@pytest.mark.urls("outreach_admin.urls")
def test_the_keyboard_help_names_only_places_that_there_are():
    entries = [one for entry in menu.entries() for one in (entry, *entry.children) if one.key]
    request = RequestFactory().get("/")
    request.user = get_user_model()(username="all", is_superuser=True)
    there = {entry.key for entry in entries if navigation.allowed(request, entry)}

    assert {line.keys[1] for line in preferences.SHORTCUTS if line.keys[0] == "g"} == there
