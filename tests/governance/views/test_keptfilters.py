"""A long filter works wherever a short one does: its address names it, pages read it whole."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import KeptFilter, Operation, SavedView
from tests import make

pytestmark = pytest.mark.django_db

LIST = "/errors/"
CODES = [f"LONG-CODE-OF-A-HUB-{number}" for number in range(500)]
LONG = "&".join(f"code={code}" for code in CODES)
NAMED = re.compile(r"/errors/\?kept=[0-9a-f]{20}")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ops(client):
    person = make.triager()
    client.force_login(person)
    return person


@pytest.fixture
def rows():
    return [make.error(code=code) for code in CODES[:40]]


def asked(client, query: str = LONG, **headers):
    """Send a filter that no address has room for, and go where that leads."""
    sent = {"path": LIST, "query": query}
    return client.post(reverse("governance:filter-keep"), sent, headers=headers)


def fields(page: str) -> dict[str, list[str]]:
    """Read the filter form of a list as a browser without scripts would send it."""
    form = re.search(r"<form\s+class=\"menu-items form\".*?</form>", page, re.DOTALL)[0]
    assert 'method="post"' in form
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def links(page: str, start: str = "") -> list[str]:
    found = re.findall(r'(?:href|hx-get|action|formaction)="([^"]*)"', page)
    return [link for link in map(html.unescape, found) if start in link]


def test_a_long_filter_shows_its_rows_under_a_short_address(client, ops, rows):
    other = make.error(code="ANOTHER")

    address = asked(client).url
    page = client.get(address).text

    assert len(LONG) > 8_190 and NAMED.fullmatch(address)
    assert str(rows[0].pk) in page and str(other.pk) not in page
    assert max(map(len, links(page))) < 2_500


def test_paging_and_sorting_stay_within_it(client, ops, rows):
    make.errors(3, code="ANOTHER")
    page = client.get(f"{asked(client).url}&size=25&sort=-created").text

    following = next(link for link in links(page, "&after=") if link.startswith("?"))
    second = client.get(f"{LIST}{following}").text

    assert "kept=" in following and "sort=-created" in following
    shown = re.findall(r'data-row="([^"]+)"', page + second)
    assert len(set(shown)) == 40
    assert set(shown) <= {str(row.pk) for row in rows}


def test_a_value_is_added_and_taken_away_by_links(client, ops, rows):
    address = asked(client).url

    fewer = client.get(f"{address}&drop=code%3D{CODES[0]}").text
    more = client.get(f"{address}&disposition=PARKED").text

    assert str(rows[0].pk) not in fewer and str(rows[1].pk) in fewer
    assert str(rows[1].pk) not in more
    assert "500 values" in client.get(address).text
    facets = client.get(f"{address}&part=facets", headers=HTMX).text
    assert [link for link in links(facets) if "kept=" in link and "drop=code%3D" in link]


def test_all_that_match_are_acted_on(client, ops, rows):
    page = client.get(f"{asked(client).url}&select=all").text
    text = html.unescape(re.search(r'name="filter" value="([^"]*)"', page)[1])
    sent = {"scope": "all", "filter": text, "as_of": timezone.now().isoformat()}

    done = client.post(
        reverse("governance:operation-plan", args=["park"]),
        sent | {"asked": "1", "reason": "DATA_QUALITY"},
        follow=True,
    )

    assert Operation.objects.get().items.count() == len(rows)
    assert max(map(len, links(done.text))) < 2_500
    back = next(link for link in links(done.text, "kept=") if link.startswith(LIST))
    assert str(rows[0].pk) in client.get(back).text


def test_it_is_saved_as_a_view_that_opens_by_its_number(client, ops, rows):
    page = client.get(asked(client).url).text
    (save,) = set(links(page, reverse("governance:view-save")))
    form = client.get(save)
    query = form.context["form"]["query"].value()
    sent = {"page": "governance:error-list", "name": "Long", "query": query}

    saved = client.post(reverse("governance:view-save"), sent)

    view = SavedView.objects.get(name="Long")
    assert len(view.query) > 8_190 and saved.url == f"{LIST}?kept=view-{view.pk}"
    KeptFilter.objects.all().delete()
    shown = client.get(saved.url, follow=True)
    assert str(rows[0].pk) in shown.text
    assert shown.context["tabs"][-2].current


def test_the_address_of_a_private_view_can_be_sent_to_somebody_else(client, ops, rows):
    view = make.view(owner=ops, query=LONG)
    client.force_login(ops)

    shown = client.get(f"{LIST}?kept=view-{view.pk}&sort=created&disposition=RETRY", follow=True)

    ((address, _),) = shown.redirect_chain
    assert NAMED.match(address) and address.endswith("&sort=created&disposition=RETRY")
    client.force_login(make.viewer())
    assert str(rows[0].pk) in client.get(address).text
    assert client.get(f"{LIST}?kept=view-{view.pk}").status_code == 410


def test_a_shared_view_keeps_its_number(client, ops, rows):
    view = make.view(is_shared=True, query=LONG)

    shown = client.get(f"{LIST}?kept=view-{view.pk}")

    assert shown.status_code == 200
    assert not KeptFilter.objects.exists()


def test_an_address_that_is_long_is_led_to_a_short_one(client, ops, rows):
    query = "&".join(f"code={code}" for code in CODES[:100])

    led = client.get(f"{LIST}?{query}&sort=code", headers=HTMX)

    assert NAMED.match(led.url) and led.url.endswith("&sort=code")


def test_the_columns_form_carries_the_key_and_not_the_values(client, ops, rows):
    page = client.get(asked(client).url).text

    assert page.count('name="kept"') >= 2
    assert f'type="hidden" name="code" value="{CODES[0]}"' not in page


def test_one_that_is_gone_says_so(client, ops):
    answer = client.get(f"{LIST}?kept={'0' * 20}")

    assert answer.status_code == 410
    assert "no longer kept" in answer.text and f'href="{LIST}"' in answer.text
    assert client.get(f"{LIST}?kept=view-999").status_code == 410


def test_odd_ones_are_refused_in_words(client, ops):
    assert asked(client, query=LONG * 12).status_code in (400, 413)
    assert asked(client, query="x" * 100_001).status_code == 413
    assert asked(client, query="kept=nothing").status_code == 410
    away = {"path": "//elsewhere.example/", "query": LONG}
    assert client.post(reverse("governance:filter-keep"), away).status_code == 400


def test_a_form_that_grows_too_long_is_sent_without_scripts(client, ops, rows):
    sent = fields(client.get(f"{LIST}?disposition=RETRY&sort=-created").text)
    chosen = sent | {"code": CODES, "disposition": ["RETRY"], "q": [""]}

    led = client.post(reverse("governance:filter-keep"), chosen)

    assert NAMED.match(led.url) and led.url.endswith("&sort=-created")
    shown = client.get(led.url)
    assert str(rows[0].pk) in shown.text and shown.status_code == 200
    assert KeptFilter.objects.get().text.count("code=") == len(CODES)


def test_a_short_form_leads_to_a_written_address(client, ops, rows):
    sent = fields(client.get(f"{LIST}?view=all").text)

    led = client.post(reverse("governance:filter-keep"), sent | {"code": CODES[:2], "q": [""]})

    assert led.url == f"{LIST}?view=all&code={CODES[0]}&code={CODES[1]}&q="
    assert not KeptFilter.objects.exists()


def test_a_form_that_was_emptied_shows_more_than_the_default_view(client, ops):
    resolved = make.error(disposition="RESOLVED")
    assert str(resolved.pk) not in client.get(LIST, follow=True).text

    led = client.post(reverse("governance:filter-keep"), {"path": LIST, "code": [""], "q": [""]})

    assert str(resolved.pk) in client.get(led.url).text


def test_values_go_from_a_kept_filter_by_its_form(client, ops, rows):
    sent = fields(client.get(f"{asked(client).url}&disposition=RETRY").text)

    led = client.post(reverse("governance:filter-keep"), sent | {"disposition": ["PARKED"]})

    shown = client.get(led.url)
    assert shown.status_code == 200 and str(rows[0].pk) not in shown.text


def test_strangers_keep_nothing(client):
    answer = client.get(f"{LIST}?kept={'0' * 20}&code=A")

    assert answer.status_code == 302
    assert asked(client).status_code == 302 and not KeptFilter.objects.exists()
