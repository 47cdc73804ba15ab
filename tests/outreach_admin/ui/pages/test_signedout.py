"""A session that ended costs nobody what was typed, and nothing is done in its name."""

import html
import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.models import Operation
from governance.services.operations import plans
from outreach_admin.ui.pages import begun
from tests import make
from tests.walk.world import RULE

pytestmark = pytest.mark.django_db

PASSWORD = "quite-a-long-password"
OURS = "http://testserver"
HTMX = {"HX-Request": "true"}
NOTHING = "Nothing was done"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def triager():
    user = make.triager()
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def planned(triager) -> Operation:
    return plans.make("park", errors=[make.error()], by=triager, reason="DATA_QUALITY")


@pytest.fixture
def door() -> Client:
    """A browser without a session that minds tokens."""
    return Client(enforce_csrf_checks=True)


def page_of(operation: Operation) -> str:
    return reverse("governance:operation-detail", args=[operation.pk])


def begun_by(user) -> dict[str, str]:
    return {begun.FIELD: begun.mark(user)}


def discard(client: Client, operation: Operation, page: str, **headers):
    sent = begun_by(operation.requester) | {"note": "typed"}
    return client.post(f"{page_of(operation)}discard/", sent, headers={"Referer": page} | headers)


def carried(answer) -> dict[str, str]:
    """Read what the sign-in carries."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text)
    return {name: html.unescape(value) for name, value in pairs}


def sign_in(client: Client, user, answer):
    given = carried(answer) | {"username": user.username, "password": PASSWORD}
    return client.post("/sign-in/", given, headers={"Referer": OURS}, follow=True)


def test_who_signs_in_again_is_back_on_the_page_with_what_was_typed(client, triager, planned):
    asked = discard(client, planned, OURS + page_of(planned))
    back = sign_in(client, triager, asked)

    assert asked.status_code == 401 and NOTHING in asked.text
    assert back.request["PATH_INFO"] == page_of(planned) and back.status_code == 200
    assert NOTHING in back.text and 'data-name="note"' in back.text and "typed" in back.text
    planned.refresh_from_db()
    assert planned.state == Operation.State.PLANNED
    assert NOTHING not in client.get(page_of(planned)).text


def test_somebody_else_who_signs_in_never_sees_what_was_typed(client, planned):
    other = make.triager()
    other.set_password(PASSWORD)
    other.save()

    asked = discard(client, planned, OURS + page_of(planned))
    back = sign_in(client, other, asked)

    assert back.request["PATH_INFO"] == page_of(planned)
    assert "something unsent belongs to somebody else" in back.text
    assert 'data-name="note"' not in back.text


def test_somebody_else_cannot_send_a_form_that_stayed_open(door, planned):
    door.force_login(make.triager())

    answer = discard(door, planned, OURS + page_of(planned), **HTMX)

    assert answer.status_code == 409 and "HX-Trigger" not in answer
    assert "made for another account" in answer.text


def test_a_wrong_password_loses_nothing(client, triager, planned):
    asked = discard(client, planned, OURS + page_of(planned))
    given = carried(asked) | {"username": triager.username, "password": "guessed"}

    again = client.post("/sign-in/", given)

    kept = [carried(page)["unsent"] for page in (asked, again)]
    assert kept[0] and kept[0] == kept[1]


def test_a_token_of_an_earlier_session_leads_back_with_what_was_typed(door, triager, planned):
    door.force_login(triager)

    answer = discard(door, planned, OURS + page_of(planned))

    assert answer.url == page_of(planned)
    back = door.get(answer.url)
    assert NOTHING in back.text and "typed" in back.text
    planned.refresh_from_db()
    assert planned.state == Operation.State.PLANNED


def test_somebody_else_in_a_second_tab_is_told_who_is_signed_in(door, planned):
    nobody = make.user()
    door.force_login(nobody)

    page = door.get(discard(door, planned, OURS + page_of(planned)).url)

    assert page.status_code == 403
    assert f"You are signed in as {nobody} now" in page.text and NOTHING in page.text
    assert "You may not do this" not in page.text


@pytest.mark.parametrize("page", ["", "http://elsewhere.example/", "//elsewhere.example/"])
def test_nobody_else_fills_our_forms(door, triager, planned, page):
    as_stranger = discard(Client(), planned, page)
    door.force_login(triager)
    as_known = discard(door, planned, page)

    assert (as_stranger.status_code, as_stranger.url) == (302, f"/sign-in/?next={page_of(planned)}")
    assert as_known.status_code == 403 and NOTHING in as_known.text
    assert NOTHING not in door.get(page_of(planned)).text


def test_a_forged_text_is_not_taken_along(client, triager):
    given = {"username": triager.username, "password": PASSWORD, "unsent": "eyJwYXRoIjoi:x:y"}

    assert NOTHING not in client.post("/sign-in/", given, follow=True).text


def test_passwords_are_not_carried(client, triager):
    given = {"old_password": "secret-one", "new_password1": "secret-two", "other": "kept"}

    asked = client.post(
        "/password/", begun_by(triager) | given, headers={"Referer": f"{OURS}/password/"}
    )
    back = sign_in(client, triager, asked)

    assert "kept" in back.text
    assert "secret" not in asked.text + back.text


@pytest.mark.parametrize("verb", ["start", "discard"])
def test_signing_in_never_leads_to_an_address_that_only_takes_forms(client, triager, planned, verb):
    address = f"{page_of(planned)}{verb}/"
    client.get(address)
    given = {"username": triager.username, "password": PASSWORD, "next": address}

    assert client.post("/sign-in/", given).url == page_of(planned)
    assert client.get(f"/sign-in/?next={address}").url == page_of(planned)
    assert client.get("/sign-in/?next=/sign-in/").url == "/"


def test_a_refused_form_leads_to_the_page_above_it(client, triager, planned):
    asked = discard(client, planned, f"{OURS}{page_of(planned)}start/")

    assert sign_in(client, triager, asked).request["PATH_INFO"] == page_of(planned)


def test_who_chooses_to_go_to_the_door_is_not_held_up(client):
    given = {"theme": "dark", "next": "/sign-in/?next=/errors/"}

    answer = client.post("/preferences/", given, headers={"Referer": f"{OURS}/keys/"})

    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/errors/")


def test_a_part_of_a_page_that_cannot_be_read_leads_back_to_what_was_asked_for(client):
    asked = client.get("/errors/", headers=HTMX | {"HX-Current-URL": "http://[bad/errors/"})

    assert asked["HX-Redirect"] == "/sign-in/?next=/errors/"


def test_a_long_address_is_asked_for_in_place(client, triager):
    address = "/errors/?" + "&".join(f"code=A%26{number}" for number in range(300))

    asked = client.get(address)
    part = client.get(address, headers=HTMX | {"HX-Current-URL": OURS + address})
    short = client.get("/errors/", headers=HTMX | {"HX-Current-URL": f"{OURS}/errors/?code=A"})

    assert asked.status_code == 401 and "no-store" in asked["Cache-Control"]
    assert part["HX-Redirect"] == address
    assert short["HX-Redirect"] == "/sign-in/?next=/errors/%3Fcode%3DA"
    back = sign_in(client, triager, asked)
    assert back.status_code == 200 and len(back.context["filterset"].pairs()) == 300


def test_htmx_leaves_the_page_as_it_is(door, triager, planned):
    signed_out = discard(Client(), planned, OURS + page_of(planned), **HTMX)
    door.force_login(triager)
    stale = discard(door, planned, OURS + page_of(planned), **HTMX)

    assert (signed_out.status_code, signed_out["HX-Retarget"]) == (401, "#messages")
    assert "you have been signed out" in signed_out.text
    assert (stale.status_code, stale["HX-Retarget"]) == (409, "#messages")
    assert "Send it once more" in stale.text

    token = json.loads(stale["HX-Trigger"])["renewed"]["token"]
    again = door.post(f"{page_of(planned)}discard/", headers=HTMX | {"X-CSRFToken": token})
    assert again.status_code == 302
    planned.refresh_from_db()
    assert planned.state != Operation.State.PLANNED


def test_a_sign_in_from_before_is_shown_again_or_goes_on(door, triager):
    given = {"username": "x", "password": "y", "next": "/errors/"}
    headers = {"Referer": f"{OURS}/sign-in/"}

    as_stranger = door.post("/sign-in/", given, headers=headers)
    door.force_login(triager)
    as_known = door.post("/sign-in/", given, headers=headers)
    elsewhere = door.post("/sign-in/", given | {"next": "//elsewhere.example/"}, headers=headers)

    assert as_stranger.status_code == 401 and carried(as_stranger)["next"] == "/errors/"
    assert (as_known.status_code, as_known.url) == (302, "/errors/")
    assert elsewhere.url == "/"


def test_reference_data_say_it_in_a_message(door):
    door.force_login(make.admin())
    address = "/reference/auth/user/add/"

    answer = door.post(address, {"username": "typed"}, headers={"Referer": OURS + address})

    assert answer.url == address
    assert "Nothing was saved" in door.get(address).text
    assert NOTHING not in door.get("/").text


def test_signing_out_of_an_ended_session_leads_to_the_door(door):
    answer = door.post("/sign-out/", headers={"Referer": f"{OURS}/errors/"})

    assert (answer.status_code, answer.url) == (302, "/sign-in/")


def test_a_selection_and_its_answers_are_asked_again(client, triager):
    error, path = make.error(), reverse("governance:operation-plan", args=["park"])
    sent = begun_by(triager) | {
        "scope": "ids",
        "ids": str(error.pk),
        "as_of": timezone.now().isoformat(),
        "asked": "1",
        "reason": "RETRIES_EXHAUSTED",
    }

    asked = client.post(path, sent, headers={"Referer": OURS + path})
    back = sign_in(client, triager, asked)

    assert back.status_code == 200 and str(error.pk) in back.text
    assert back.context["form"]["reason"].value() == "RETRIES_EXHAUSTED"
    assert NOTHING in back.text and not Operation.objects.exists()


def test_rules_are_given_back_as_they_were_typed(client, triager):
    playbook = make.playbook([RULE]).playbook
    path = reverse("governance:playbook-edit", args=[playbook.slug])
    sent = {"rules": "2", "base": "1", "note": "why", "rule0-name": "First", "rule1-name": "Second"}
    sent |= begun_by(triager)

    asked = client.post(path, sent, headers={"Referer": OURS + path})
    back = sign_in(client, triager, asked)

    assert [form["name"].value() for form in back.context["forms"]] == ["First", "Second"]
    assert back.context["note_form"]["note"].value() == "why"
    assert playbook.versions.count() == 1
