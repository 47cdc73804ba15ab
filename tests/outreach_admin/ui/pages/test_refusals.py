"""A refusal is a page that says what, why and what to do, with its status, without the database."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from outreach_admin.ui.pages import refusals
from tests import make

pytestmark = pytest.mark.urls("tests.outreach_admin.ui.people")
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 415, 422, 429])
def test_every_status_has_its_page(status):
    answer = Client().get(f"/refuse/{status}/")

    assert answer.status_code == status
    assert "The plan is too old." in answer.text
    assert "Plan again." in answer.text


@pytest.mark.parametrize("status", refusals.PAGES)
def test_a_page_without_a_sentence_has_one_of_its_own(status):
    request = RequestFactory().get("/anywhere/")
    request.user = AnonymousUser()

    text = refusals.refused(request, status).content.decode()

    assert f"{status} · " in text
    assert "<p></p>" not in text


def test_a_conflict_heads_with_what_really_happened():
    text = Client().get("/refuse/409/").text

    assert '<h1 id="what">The plan is too old.</h1>' in text
    assert text.count("The plan is too old.") == 2 and "<title>The plan is too old." in text
    assert "Plan again." in text


def test_the_page_of_a_failure_needs_neither_request_nor_context():
    assert "Something broke" in render_to_string("500.html")


def test_htmx_gets_a_notice_in_place_of_the_messages():
    answer = Client().get("/refuse/409/", headers=HTMX)

    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


def test_the_answer_varies_with_who_asks():
    assert "HX-Request" in Client().get("/refuse/409/").headers["Vary"]


def test_the_way_back_is_only_our_own():
    ours = Client().get("/refuse/422/", headers={"Referer": "http://testserver/people/?q=a"})
    theirs = Client().get("/refuse/422/", headers={"Referer": "https://elsewhere.example/"})

    assert 'href="http://testserver/people/?q=a"' in ours.text
    assert "elsewhere" not in theirs.text


@pytest.mark.parametrize("host", ["elsewhere.example", "", "a b", "[::1"])
def test_a_name_that_is_not_ours_is_a_bad_request(host):
    answer = Client().get(
        "/people/", headers={"Host": host, "Referer": "http://elsewhere.example/"}
    )

    assert answer.status_code == 400
    assert "elsewhere" not in answer.text


def test_an_address_that_does_not_exist_is_a_page():
    answer = Client().get("/nowhere/")

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_form_without_token_is_told_why():
    answer = Client(enforce_csrf_checks=True).post("/preferences/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "without a valid protection token" in answer.text


def test_an_address_that_only_takes_a_form_says_so():
    answer = Client().get("/preferences/")

    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "takes a form" in answer.text and "Method Not Allowed" in answer.text


def test_a_refused_form_leads_back_to_its_page():
    page = "http://testserver/refuse/409/"

    answers = [
        getattr(Client(), method)("/refuse/409/", headers={"Referer": page})
        for method in ("post", "get")
    ]

    assert [f'href="{page}"' in answer.text for answer in answers] == [True, False]


@pytest.mark.django_db
def test_what_a_column_did_not_take_is_no_failure_but_a_refusal():
    person = make.person()
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        type(person).objects.filter(pk=person.pk).update(email="x" * 256)
    request = RequestFactory().post("/anywhere/")
    request.user = AnonymousUser()
    middleware = refusals.RefusalMiddleware(lambda request: refusals.refused(request, 500))

    answer = middleware.process_exception(request, problem.value)

    assert answer.status_code == 422
    assert "email takes at most 255 characters" in answer.content.decode()
    assert middleware.process_exception(request, ValueError("x")) is None
