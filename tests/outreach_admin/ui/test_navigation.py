"""Navigation shows what a person may open and what exists, and nothing else."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.test import RequestFactory
from django.urls import resolve

from outreach_admin import menu
from outreach_admin.menu import Entry
from outreach_admin.ui import navigation

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.outreach_admin.ui.people")]
ENTRIES = (
    Entry("Overview", "overview", "governance:overview"),
    Entry(
        "Errors",
        "errors",
        children=(
            Entry(
                "Queue",
                url_name="governance:error-list",
                permission="auth.view_user",
                count="errors",
            ),
        ),
    ),
    Entry("Approvals", "shield", "governance:error-list", "auth.view_user", count="due", due=True),
)


def at(user, path="/people/"):
    request = RequestFactory().get(path)
    request.user = user
    request.resolver_match = resolve(path)
    return request


@pytest.fixture
def reader(django_user_model):
    user = django_user_model.objects.create_user("reader")
    user.user_permissions.add(Permission.objects.get(codename="view_user"))
    return user


def test_an_entry_without_a_resolving_address_is_not_shown(reader):
    labels = [place.label for place in navigation.places(at(reader), entries=ENTRIES)]

    assert labels == ["Errors", "Approvals"]


def test_an_entry_a_person_may_not_open_is_not_shown_nor_its_group(django_user_model):
    nobody = django_user_model.objects.create_user("nobody")

    assert navigation.places(at(nobody), entries=ENTRIES) == []
    assert navigation.places(at(AnonymousUser()), entries=ENTRIES) == []


def test_a_group_leads_to_its_first_child(reader):
    errors = navigation.places(at(reader), entries=ENTRIES)[0]

    assert (errors.url, errors.current, errors.within) == ("/people/", False, True)


def test_the_trail_leads_to_where_the_person_is(reader):
    found = navigation.places(at(reader), entries=ENTRIES[1:2])

    assert [place.label for place in navigation.trail(found)] == ["Errors", "Queue"]


def test_the_trail_says_no_name_twice_in_a_row(reader):
    tools = Entry("Tools", children=(Entry("Tools", url_name="ui:keys"),))

    found = navigation.places(at(reader, "/keys/"), entries=(tools,))

    assert [(place.label, place.url) for place in navigation.trail(found)] == [("Tools", "/keys/")]


def test_a_record_belongs_to_the_entry_its_page_names(reader):
    found = navigation.places(
        at(reader, "/keys/"), nav="governance:error-list", entries=ENTRIES[1:2]
    )

    assert found[0].children[0].current


def test_figures_are_asked_once_and_a_due_zero_is_left_out(reader, monkeypatch):
    asked = []
    monkeypatch.setattr(menu, "_counters", [])
    menu.register_counts(lambda request: asked.append(1) or {"errors": 35197, "due": 0})
    request = at(reader)

    navigation.places(request, entries=ENTRIES)
    errors, approvals = navigation.places(request, entries=ENTRIES)

    assert (errors.children[0].count, approvals.count, len(asked)) == ("35,197", "", 1)


def test_figures_are_told_by_name_to_whom_may_open_their_entries(
    reader, django_user_model, monkeypatch
):
    monkeypatch.setattr(menu, "_counters", [])
    menu.register_counts(lambda request: {"errors": 35197, "due": 0})
    nobody = django_user_model.objects.create_user("nobody")

    shown = navigation.shown_figures(at(reader), ENTRIES)

    assert shown == {"errors": "35,197", "due": ""}
    assert navigation.shown_figures(at(nobody), ENTRIES) == {}


def test_the_mark_leads_home_from_pages_and_from_refusals(client, reader):
    client.force_login(reader)

    for path in ("/people/", "/refuse/409/"):
        mark = re.search(
            r'<a class="(?:nav-home|brand)" href="/">.*?</a>', client.get(path).text, re.DOTALL
        )
        assert mark and "Outreach Ops" in mark[0]
