"""Saving, sharing and deleting views in the browser."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from governance.models import SavedView
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
SAVE = reverse("governance:view-save")
LIST = reverse("governance:error-list")
PAGE = "governance:error-list"


def signed_in(client, user):
    client.force_login(user)
    return client


def test_the_present_state_is_saved_canonically(client):
    user = make.triager()
    given = {
        "page": PAGE,
        "query": "sort=expires&disposition=RETRY&disposition=PARKED&columns=code",
        "name": "Soon",
    }

    answer = signed_in(client, user).post(SAVE, given)

    view = SavedView.objects.get(name="Soon")
    assert (view.query, view.owner, view.is_shared) == (
        "columns=code&disposition=PARKED&disposition=RETRY&sort=expires",
        user,
        False,
    )
    assert answer.url == f"{LIST}?{view.query}"
    assert 'aria-current="page">Soon' in tight(client.get(answer.url).text)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        (PAGE, "nope=1"),
        (PAGE, "disposition=x"),
        (PAGE, "sort=message"),
        (PAGE, "columns=secret"),
        (PAGE, "size=3"),
        (PAGE, "code=" + "x" * 5000),
        ("governance:group-list", ""),
        ("login", ""),
        ("nowhere", ""),
        ("", ""),
    ],
)
def test_what_a_list_would_refuse_cannot_be_saved(client, page, query):
    before = SavedView.objects.count()

    assert (
        signed_in(client, make.triager())
        .post(SAVE, {"page": page, "query": query, "name": "X"})
        .status_code
        == 400
    )
    assert client.get(f"{SAVE}?page={page}&{query}").status_code == 400
    assert SavedView.objects.count() == before


def test_the_address_of_saving_is_hardly_longer_than_that_of_the_list(client):
    client.force_login(make.triager())
    filter = "&".join(f"code=50%25%20of%20%26%20{number:03}" for number in range(120))

    link = client.get(f"{LIST}?{filter}").context["save_view_url"]
    page = client.get(link)

    assert len(link) < len(f"{LIST}?{filter}") + 60
    assert page.context["form"]["query"].value().count("code=50%25%20of%20%26%20") == 120


def test_a_view_that_is_too_long_says_by_how_much(client):
    client.force_login(make.triager())

    answer = client.get(f"{SAVE}?page={PAGE}&" + "&".join(["code=" + "x" * 290] * 20))

    assert answer.status_code == 400
    assert "This view has 5,919 characters: too long to keep." in answer.text


def test_a_name_is_needed(client):
    answer = signed_in(client, make.triager()).post(
        SAVE, {"page": PAGE, "query": "code=A", "name": " "}
    )

    assert answer.status_code == 422 and "required" in answer.text


def test_only_those_who_may_are_offered_sharing(client):
    address = f"{SAVE}?page={PAGE}&code=A"

    assert 'name="shared"' not in signed_in(client, make.triager()).get(address).text
    assert 'name="shared"' in signed_in(client, make.manager()).get(address).text


def test_sharing_by_hand_without_the_right_shares_nothing(client):
    signed_in(client, make.triager()).post(
        SAVE, {"page": PAGE, "query": "code=A", "name": "Sly", "shared": "on", "default": "on"}
    )

    assert not SavedView.objects.get(name="Sly").is_shared


def test_a_manager_shares_and_chooses_the_default(client):
    signed_in(client, make.manager()).post(
        SAVE, {"page": PAGE, "query": "code=A", "name": "Ours", "default": "on"}
    )

    assert client.get(LIST).url == f"{LIST}?code=A"
    other = SavedView.objects.get(name="No MX")
    client.post(reverse("governance:view-default", args=[other.pk]))
    assert SavedView.objects.get(page=PAGE, is_default=True) == other


def test_a_view_is_deleted_by_its_owner_alone(client):
    mine = make.view(owner=make.triager(), name="Mine")
    address = reverse("governance:view-delete", args=[mine.pk])

    assert signed_in(client, make.manager()).post(address).status_code == 404
    assert (
        client.post(
            reverse("governance:view-delete", args=[SavedView.objects.get(name="No MX").pk])
        ).status_code
        == 302
    )
    assert (
        signed_in(client, make.triager())
        .post(
            reverse("governance:view-delete", args=[SavedView.objects.get(name="DOL no state").pk])
        )
        .status_code
        == 403
    )
    assert signed_in(client, mine.owner).post(address).status_code == 302
    assert not SavedView.objects.filter(pk=mine.pk).exists()


def test_strangers_are_sent_to_sign_in_and_those_without_right_away(client):
    address = f"{SAVE}?{urlencode({'page': PAGE})}"

    assert client.get(address).status_code == 302
    assert signed_in(client, make.user()).get(address).status_code == 403


def test_views_change_by_post_alone(client):
    view = make.view(owner=None, is_shared=True)

    for name in ("view-delete", "view-default"):
        assert (
            signed_in(client, make.manager())
            .get(reverse(f"governance:{name}", args=[view.pk]))
            .status_code
            == 405
        )
