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
    assert current(client.get(answer.url)) == ["Soon"]


def current(answer) -> list[str]:
    """The tabs that an answer marks as the one shown."""
    context = answer.context
    return [tab.label for tab in [*context["tabs"], *context["more_tabs"]] if tab.current]


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

    link = client.get(f"{LIST}?{filter}", follow=True).context["save_view_url"]
    page = client.get(link)

    assert len(link) < len(f"{LIST}?{filter}") + 60
    assert page.context["form"]["query"].value().count("code=50%25%20of%20%26%20") == 120


def test_a_view_that_is_too_long_says_by_how_much(client):
    client.force_login(make.triager())

    answer = client.get(f"{SAVE}?page={PAGE}&" + "&".join(["code=" + "x" * 290] * 400))

    assert answer.status_code == 400
    assert "This view has 118,399 characters: too long to keep." in answer.text


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


STALE = [
    ("legacy=1", "the filter “legacy”"),
    ("sort=-legacy", "the order “-legacy”"),
    ("columns=legacy", "the column “legacy”"),
    ("severity=GONE", "the value “GONE” of “severity”"),
    ("size=33", "the page size “33”"),
]


@pytest.mark.parametrize(("text", "said"), STALE)
def test_a_default_view_opens_without_what_the_list_no_longer_has(client, text, said):
    error = make.error()
    SavedView.objects.filter(page=PAGE, is_default=True).update(query=f"code=CT-M-NO-MX&{text}")
    view = SavedView.objects.get(page=PAGE, is_default=True)

    answer = signed_in(client, make.manager()).get(LIST, follow=True)

    assert answer.redirect_chain[-1] == (f"{LIST}?code=CT-M-NO-MX&view={view.pk}", 302)
    assert answer.status_code == 200 and str(error.pk) in answer.text
    assert f"“{view.name}” asks for {said}, which this list no longer has" in answer.text
    assert [reverse(f"governance:view-{name}", args=[view.pk]) for name in ("mend", "delete")] == [
        remedy.url for remedy in answer.context["notice"].remedies
    ]
    assert current(answer) == [view.name]


def test_values_that_still_hold_stay_when_another_goes(client):
    user = make.triager()
    make.view(owner=user, query="severity=GONE&severity=HIGH&columns=code,legacy")

    answer = signed_in(client, user).get(
        f"{LIST}?severity=GONE&severity=HIGH&columns=code,legacy", follow=True
    )

    assert answer.context["filterset"].canonical() == "severity=HIGH"
    said = "the value “GONE” of “severity” and the column “legacy”"
    assert said in answer.context["notice"].sentence


def test_a_stale_view_is_mended_to_what_it_shows(client):
    user = make.triager()
    view = make.view(owner=user, query="code=A&legacy=1&sort=-legacy")

    answer = signed_in(client, user).post(
        reverse("governance:view-mend", args=[view.pk]), follow=True
    )

    view.refresh_from_db()
    assert view.query == "code=A"
    assert answer.context["notice"] is None
    assert "no longer asks for the filter “legacy” and the order “-legacy”" in answer.text


def test_who_may_not_mend_a_view_is_told_who_may(client):
    view = make.view(owner=make.manager(), is_shared=True, query="legacy=1")

    answer = signed_in(client, make.triager()).get(f"{LIST}?legacy=1", follow=True)

    notice = answer.context["notice"]
    assert (notice.what_to_do, list(notice.remedies)) == (
        "Ask its owner, or a manager, to mend it.",
        [],
    )
    assert client.post(reverse("governance:view-mend", args=[view.pk])).status_code == 403


def test_the_notice_goes_with_the_first_change_of_the_filter(client):
    user = make.triager()
    view = make.view(owner=user, query="code=A&legacy=1")

    answer = signed_in(client, user).get(f"{LIST}?code=A&severity=HIGH&view={view.pk}")

    assert answer.context["notice"] is None


def test_an_address_of_no_view_is_refused_with_the_way_to_the_list_without_it(client):
    error = make.error()

    answer = signed_in(client, make.triager()).get(f"{LIST}?code=A&legacy=1&sort=expires")

    assert answer.status_code == 400 and str(error.pk) not in answer.text
    assert f'href="{LIST}?code=A&amp;sort=expires">Open the list without it' in answer.text


def test_a_deleted_view_in_an_address_asks_for_nothing_and_is_said_to_be_gone(client):
    answer = signed_in(client, make.triager()).get(f"{LIST}?code=A&view=999999")

    assert answer.status_code == 200
    assert answer.context["notice"].sentence == "This view is no longer there."


def test_of_two_views_with_the_same_state_the_one_that_was_opened_is_shown(client):
    user = make.triager()
    first = make.view(owner=user, query="code=A")
    second = make.view(owner=user, query="code=A")

    page = signed_in(client, user).get(f"{LIST}?code=A")
    tabs = {tab.label: tab.url for tab in [*page.context["tabs"], *page.context["more_tabs"]]}

    assert current(page) == [first.name]
    assert tabs[second.name] == f"?code=A&view={second.pk}"
    assert current(client.get(LIST + tabs[second.name])) == [second.name]


def test_a_doubled_name_asks_before_it_replaces(client):
    user = make.triager()
    make.view(owner=user, name="Soon", query="code=A")
    given = {"page": PAGE, "query": "code=B", "name": "Soon"}

    answer = signed_in(client, user).post(SAVE, given)

    assert answer.status_code == 409 and "You have a view “Soon” of this list" in answer.text
    assert 'name="replace"' in answer.text
    assert SavedView.objects.get(name="Soon").query == "code=A"
    assert client.post(SAVE, given | {"replace": "on"}).status_code == 302
    assert SavedView.objects.get(name="Soon").query == "code=B"


def test_views_that_do_not_fit_fold_into_a_menu_but_not_the_one_that_is_shown(client):
    user = make.triager()
    for number in range(4):
        make.view(owner=user, name=f"Mine {number}", query=f"code=C{number}")

    page = signed_in(client, user).get(f"{LIST}?code=C2")

    row = [tab.label for tab in page.context["tabs"]]
    assert row[4:] == ["Mine 2", "Everything"]
    assert [tab.label for tab in page.context["more_tabs"]][-3:] == ["Mine 0", "Mine 1", "Mine 3"]
    assert "5 more" in tight(page.text)


def test_a_view_that_keeps_nothing_opens_everything_and_not_the_default(client):
    user = make.triager()
    view = make.view(owner=user, query="")

    page = signed_in(client, user).get(f"{LIST}?view={view.pk}")

    assert current(page) == [view.name]


def test_a_view_saved_on_a_span_of_time_keeps_the_span(client):
    given = {"page": PAGE, "query": "expires_after=now&expires_before=in-48h", "name": "Soon"}

    page = signed_in(client, make.triager()).post(SAVE, given, follow=True)

    assert SavedView.objects.get(name="Soon").query == given["query"]
    assert current(page) == ["Soon"]
    assert [chip.value for chip in page.context["filterset"].chips()] == ["within 48 h"]
