"""The page of tokens: what one sees, a secret shown once, an end that is asked for."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from governance.models import Token
from governance.queries import tokens as queries
from governance.services import tokens
from tests import make

LIST = reverse("governance:token-list")
REFUSALS = reverse("governance:token-refusals")
SECRET = re.compile(r"oo_(?:u|pl)_[0-9A-Za-z]{40}")

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = make.triager()
    client.force_login(person)
    return person


@pytest.fixture
def manager(client):
    manager = make.manager()
    client.force_login(manager)
    return manager


def sent(**more):
    return {"key": uuid4(), "name": "Laptop", "days": "90", "scopes": ["triage"]} | more


def test_the_secret_is_shown_once_by_the_answer_itself(client, person):
    answer = client.post(LIST, sent())

    (secret,) = SECRET.findall(answer.content.decode())
    token = queries.holder(secret, address="192.0.2.7")
    assert (answer.status_code, token.account, token.scopes) == (200, person, ["triage"])
    assert "no-store" in answer["Cache-Control"]
    assert not SECRET.search(client.get(LIST).content.decode())


def test_a_page_that_is_sent_again_makes_no_second_token(client, person):
    form = sent()
    client.post(LIST, form)

    again = client.post(LIST, form)

    assert again.status_code == 409
    assert "made already" in again.content.decode()
    assert not SECRET.search(again.content.decode())
    assert Token.objects.count() == 1


def test_each_form_has_a_key_of_its_own(client, person):
    first, second = (client.get(LIST).context["form"]["key"].value() for _ in range(2))

    assert first != second


def test_what_is_wrong_is_said_beside_what_was_typed(client, person):
    answer = client.post(LIST, sent(networks="10.0.0.0/99", name="Nightly job"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is no network" in page
    assert 'value="Nightly job"' in page
    assert client.post(LIST, sent(scopes=["all"])).status_code == 422
    assert client.post(LIST, {"name": "\0", "days": "x"}).status_code == 422
    assert not Token.objects.exists()


def test_a_manager_makes_one_for_a_pipeline(client, manager):
    answer = client.post(
        LIST,
        sent(pipeline="gap-checker", responsible=manager.pk, networks="10.0.0.0/8, 192.0.2.7"),
    )

    token = Token.objects.get()
    assert answer.status_code == 200
    assert (token.account.username, token.responsible) == ("gap-checker", manager)
    assert token.networks == ["10.0.0.0/8", "192.0.2.7/32"]


def test_others_make_their_own_alone(client, person):
    assert "pipeline" not in client.get(LIST).context["form"].fields

    client.post(LIST, sent(pipeline="gap-checker"))

    assert Token.objects.get().account == person


def test_tabs_show_the_rows_that_they_count(client, manager):
    make.token(account=manager)
    make.token()
    ending, _ = make.token(pipeline="gap-checker", responsible=manager)
    make.ending(ending, days=3)
    ended, _ = make.token()
    tokens.revoke(ended, by=manager)

    page = client.get(LIST)

    counts = {tab.label: tab.count for tab in page.context["tabs"]}
    assert counts == {
        "All": 4,
        "Mine": 2,
        "Pipelines": 1,
        "People": 3,
        "End soon": 1,
        "Ended": 1,
    }
    for tab in page.context["tabs"]:
        shown = client.get(tab.url if tab.url == LIST else f"{LIST}{tab.url}")
        assert len(shown.context["rows"].rows) == tab.count
        assert [one.label for one in shown.context["tabs"] if one.current] == [tab.label]


def test_everybody_sees_his_own_alone(client, person):
    own, _ = make.token(account=person)
    other, _ = make.token()

    assert [row.pk for row in client.get(LIST).context["rows"].rows] == [own.pk]
    assert client.get(reverse("governance:token-detail", args=[other.pk])).status_code == 404


def test_refusals_are_figures_that_lead_to_their_rows(client, manager):
    token, _ = make.token(name="old ingest")
    for reason in ("expired", "expired", "no_scope"):
        tokens.note_refusal(token, reason=reason, address="192.0.2.7")
    tokens.note_refusal(None, reason="unknown", address="192.0.2.8")

    page = client.get(LIST)

    assert page.context["refused_total"] == 4
    for one, address in page.context["refused"]:
        rows = client.get(address).context["rows"].rows
        assert sum(row.count for row in rows) == one.requests
    every = client.get(page.context["refused_all"]).context["rows"].rows
    assert sum(row.count for row in every) == 4
    assert "3 requests" in page.content.decode()


def test_the_page_of_a_token_says_what_it_is_and_ends_it(client, person):
    token, _ = make.token(account=person, name="<b>Laptop</b>", networks=["10.0.0.0/8"])
    address = reverse("governance:token-detail", args=[token.pk])
    tokens.note_use(token, address="10.1.2.3")

    page = client.get(address).content.decode()
    assert "&lt;b&gt;Laptop&lt;/b&gt;" in page
    assert "10.1.2.3" in page
    assert "10.0.0.0/8" in page

    client.post(reverse("governance:token-revoke", args=[token.pk]))

    page = client.get(address).content.decode()
    assert "is revoked" in page
    assert reverse("governance:token-revoke", args=[token.pk]) not in page


def test_a_renewal_shows_its_secret_once_and_how_long_the_old_one_goes_on(client, person):
    old, _ = make.token(account=person, name="Laptop", scopes=["triage"])
    address = reverse("governance:token-renew", args=[old.pk])

    answer = client.post(address)

    (secret,) = SECRET.findall(answer.content.decode())
    new = queries.holder(secret, address="192.0.2.7")
    assert (new.renews, new.name, new.scopes) == (old, "Laptop", ["triage"])
    assert "no-store" in answer["Cache-Control"]
    assert "The old secret goes on until" in answer.content.decode()
    assert f'action="{address}"' not in answer.content.decode()
    page = client.get(reverse("governance:token-detail", args=[old.pk])).content.decode()
    assert not SECRET.search(page)
    assert reverse("governance:token-detail", args=[new.pk]) in page


def test_a_renewal_of_what_has_expired_promises_nothing_of_the_old_one(client, person):
    old = make.ending(make.token(account=person)[0], days=-1)

    page = client.post(reverse("governance:token-renew", args=[old.pk])).content.decode()

    assert SECRET.search(page)
    assert "The old secret goes on" not in page


def test_a_renewal_that_is_sent_again_makes_no_second_one(client, person):
    old, _ = make.token(account=person)
    address = reverse("governance:token-renew", args=[old.pk])
    client.post(address)

    again = client.post(address)

    assert again.status_code == 409
    assert "renewed already" in again.content.decode()
    assert not SECRET.search(again.content.decode())


def test_the_button_is_shown_to_those_alone_who_may_renew(client, manager):
    own, _ = make.token(account=manager)
    other, _ = make.token()
    of_pipeline, _ = make.token(pipeline="gap-checker")
    shown = {}
    for token in (own, other, of_pipeline):
        page = client.get(reverse("governance:token-detail", args=[token.pk])).content.decode()
        shown[token] = reverse("governance:token-renew", args=[token.pk]) in page

    assert shown == {own: True, other: False, of_pipeline: True}


def test_the_navigation_tells_on_every_page_that_one_ends_within_three_days(client, person):
    token, _ = make.token(account=person)
    before = client.get(LIST).content.decode()
    make.ending(token, days=3)

    page = client.get(reverse("governance:overview")).content.decode()

    figure = re.compile(r'data-figure="tokens_ending">(.*?)</span>')
    assert figure.findall(before) == [""]
    assert figure.findall(page) == ["1"]


@pytest.mark.parametrize("path", [LIST, REFUSALS])
def test_a_list_asks_the_same_of_one_row_and_of_a_hundred(
    client, manager, django_assert_max_num_queries, path
):
    for _ in range(2):
        token, _ = make.token(pipeline="gap-checker", responsible=make.manager())
        tokens.note_refusal(token, reason="no_scope", address="192.0.2.7")
    with django_assert_max_num_queries(12) as few:
        client.get(path)

    for number in range(30):
        token, _ = make.token(pipeline=f"p{number}", responsible=make.manager())
        tokens.note_refusal(token, reason="no_scope", address="192.0.2.7")
        tokens.revoke(token, by=manager)
    with django_assert_max_num_queries(12) as many:
        client.get(f"{path}?size=100")

    assert len(many) == len(few)


@pytest.mark.parametrize(
    "query",
    ["token=x", "token=1e400", "token=99999999999999999999", "reason=bored", "since=soon"],
)
def test_a_filter_that_cannot_be_is_refused(client, manager, query):
    assert client.get(f"{REFUSALS}?{query}").status_code == 400


def test_no_address_ever_shows_a_digest(client, manager):
    token, _ = make.token(account=manager)

    page = client.get(reverse("governance:token-detail", args=[token.pk])).content.decode()

    assert bytes(token.digest).hex() not in page


def test_everybody_is_led_to_it_by_navigation_and_account_menu(client):
    client.force_login(make.viewer())

    page = client.get(LIST).content.decode()

    nav, menu = page.split('<header class="topbar">')
    assert f'href="{LIST}"' in nav
    assert "Reference data" not in nav
    assert f'href="{LIST}"' in menu.split("</header>")[0].split("menu-items")[1]


def test_the_copy_button_waits_for_its_script(client, person):
    page = client.post(LIST, sent()).content.decode()

    button = re.search(r"<button[^>]*data-copy[^>]*>", page)
    assert button and "hidden" in button.group()
    assert "js/copy" in page
