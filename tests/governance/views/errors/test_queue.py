"""The queue as a page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.filters.errors import ErrorFilter
from governance.models import HubError, Operation
from tests import make, sample
from tests.governance.filters.test_errors import REFUSED
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = reverse("governance:error-list")
HOSTILE = "<script>alert(1)</script> \x1b[31mred \u202etxet\u202c \"'& =cmd() \ufffd"


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def keys(page: str) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page)


def test_a_bare_address_shows_the_teams_default(ops):
    answer = ops.get(LIST)

    assert (answer.status_code, answer.url) == (302, f"{LIST}?disposition=PARKED&disposition=RETRY")


@pytest.mark.parametrize("text", REFUSED)
def test_a_wrong_address_shows_no_row(ops, text):
    if text.startswith("sort="):
        text = "sort=company"
    error = make.error()

    for part in ("", "&part=results", "&part=total", "&part=facets"):
        answer = ops.get(f"{LIST}?{text}{part}")
        assert answer.status_code == 400
        assert str(error.pk) not in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "view=mine",
        "part=all",
        "select=some",
        "size=7",
        "after=x",
        "after=x&before=y",
        "columns=secret",
        "sort=-message",
    ],
)
def test_a_wrong_state_is_refused(ops, text):
    assert ops.get(f"{LIST}?{text}").status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "view=all",
        "disposition=RETRY&sort=expires",
        "q=mail&sort=-tries",
        "company=nobody",
        "owner=x&columns=owner,code",
    ],
)
def test_a_list_costs_the_same_for_one_row_and_a_hundred(ops, text):
    make.error(owner="x")
    one = queries(ops, f"{LIST}?{text}&size=200")
    make.errors(100, owner="x")

    assert queries(ops, f"{LIST}?{text}&size=200") == one <= 12


@pytest.mark.parametrize("sort", ["created", "-created", "expires", "-expires", "tries", "-tries"])
def test_pages_follow_each_other_without_gap_or_double(ops, sort):
    sample.of(120)
    path = {"created": "created_at", "expires": "expires_at", "tries": "retry_count"}[
        sort.removeprefix("-")
    ]
    sign = "-" if sort.startswith("-") else ""
    wanted = [
        str(pk)
        for pk in HubError.objects.order_by(f"{sign}{path}", f"{sign}id").values_list(
            "pk", flat=True
        )
    ]

    address, seen = f"?view=all&size=25&sort={sort}", []
    while address:
        page = ops.get(LIST + address.replace("&amp;", "&")).text
        seen += keys(page)
        following = re.search(r'rel="next" id="page-after" href="([^"]+)"', page)
        address = following and following.group(1)

    assert seen == wanted


def test_hostile_text_is_shown_as_text(ops):
    error = make.error(
        message=HOSTILE + "x" * 1_000_000,
        code="<b>CODE</b>",
        details={"stack_trace": HOSTILE, "<i>": [HOSTILE]},
        domain="<u>.example",
    )

    for address in (
        f"{LIST}?view=all&columns=code,message,domain",
        reverse("governance:error-detail", args=[error.pk]),
        reverse("governance:group-list"),
    ):
        page = ops.get(address).text
        assert (
            "<script>alert" not in page
            and "<b>CODE" not in page
            and "<i>" not in page
            and "<u>" not in page
        )
        assert "&lt;script&gt;" in page
        assert "\x1b" not in page and "\u202e" not in page
        assert len(page) < 200_000


def test_who_may_not_see_errors_is_refused(client):
    error = make.error()
    addresses = [
        LIST,
        reverse("governance:error-detail", args=[error.pk]),
        reverse("governance:group-list"),
        reverse("governance:archive-list"),
    ]

    assert [client.get(address).status_code for address in addresses] == [302] * 4
    client.force_login(make.user())
    assert [client.get(address).status_code for address in addresses] == [403] * 4


@pytest.mark.parametrize(
    ("group", "acts"),
    [("viewer", False), ("analyst", False), ("admin", False), ("triager", True), ("manager", True)],
)
def test_only_those_who_may_act_are_offered_verbs(client, group, acts):
    error = make.error()
    client.force_login(make.user(group))

    for address in (
        f"{LIST}?view=all",
        reverse("governance:error-detail", args=[error.pk]),
        reverse("governance:group-list"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert (reverse("governance:operation-plan", args=["retry"]) in answer.text) is acts


def test_a_selection_of_the_list_can_be_planned(ops):
    make.errors(3, make.DOL)
    page = ops.get(LIST, {"code": "NO_MATCH", "select": "all"}).text
    fields = dict(
        re.findall(r'<input type="hidden" name="(scope|filter|as_of)" value="([^"]*)"', page)
    )

    ops.post(reverse("governance:operation-plan", args=["retry"]), {**fields, "asked": "1"})

    assert (fields["scope"], fields["filter"]) == ("all", "code=NO_MATCH")
    assert Operation.objects.get(verb="retry", filter="code=NO_MATCH").planned == 3


def test_filters_of_the_page_are_those_of_the_contract(ops):
    make.error()
    page = ops.get(LIST, {"view": "all"}).text

    panel = set(re.findall(r'name="([a-z_]+)"', page))
    assert set(ErrorFilter.base_filters) - set(ErrorFilter.facets) <= panel


@pytest.mark.parametrize("sort", ["created", "-created", "expires", "-expires", "tries"])
def test_the_last_days_of_the_calendar_can_be_asked_for(ops, sort):
    make.error(severity="HIGH")
    make.error(severity="LOW")

    for clock in ("created", "expires"):
        for span in (f"{clock}_after=9999-12-31", f"{clock}_before=1900-01-02"):
            answer = ops.get(f"{LIST}?severity=HIGH&sort={sort}&{span}")
            assert (answer.status_code, keys(answer.text)) == (200, [])


def test_the_way_in_for_files_has_an_icon_of_its_own(ops):
    page = ops.get(f"{LIST}?view=all").text

    link = page.split(f'href="{reverse("governance:error-import")}"')[1].split("</a>")[0]
    assert "icons.svg#upload" in re.sub(r"icons\.[0-9a-f]+\.svg", "icons.svg", link)


def test_a_list_of_one_company_says_its_name_within_the_budget(ops):
    company = make.company(company_name="Hartfell Clinics")
    make.error(outreach=company.outreach)
    address = f"{LIST}?company={company.outreach_id}"

    asked = queries(ops, address)

    assert asked <= 12
    assert '<strong class="cut">Hartfell Clinics</strong>' in ops.get(address).text


SOON = "expires_after=now&amp;expires_before=in-48h"


def test_spans_of_time_are_offered_as_distances_and_counted_in_a_part(ops):
    make.error(created_at=timezone.now() - timedelta(days=29))
    make.error()

    page = tight(ops.get(f"{LIST}?view=all").text)
    part = tight(ops.get(f"{LIST}?view=all&part=spans", headers={"HX-Request": "true"}).text)

    assert f"view=all&amp;{SOON}" in page and "within 48 h</span></a>" in page
    assert 'within 48 h</span><span class="count">1</span>' in part
    assert 'later</span><span class="count">1</span>' in part
    assert len(part) < len(page) / 4


def test_a_span_stays_ticked_whenever_it_is_opened(ops):
    page = tight(ops.get(f"{LIST}?expires_after=now&expires_before=in-48h").text)

    assert 'title="within 48 h" aria-current="true"' in page
    assert "<span>Expires</span>" in page and 'class="cut">within 48 h</strong>' in page


def test_counts_of_spans_cost_the_same_for_one_row_and_a_hundred(ops):
    address = f"{LIST}?view=all&part=facets"
    make.error()
    one = queries(ops, address)
    make.errors(100)

    assert queries(ops, address) == one


def primary(page: str) -> str:
    (verb,) = re.findall(r'class="button primary"\s+form="bulk"\s+formaction="[^"]+/(\w+)/"', page)
    return verb


@pytest.mark.parametrize(
    ("query", "verb"),
    [
        ("disposition=RETRY", "park"),
        ("disposition=PARKED", "resolve"),
        ("disposition=RESOLVED", "retry"),
        ("disposition=PARKED&disposition=RETRY", "resolve"),
        ("view=all", "park"),
    ],
)
def test_the_primary_verb_fits_the_filter(ops, query, verb):
    for disposition in ("RETRY", "PARKED", "RESOLVED"):
        make.error(disposition=disposition)

    assert primary(ops.get(f"{LIST}?{query}").text) == verb


def test_a_row_offers_what_can_be_done_to_it_at_once(ops, client):
    waiting, parked = make.error(), make.error(disposition="PARKED")

    page = ops.get(f"{LIST}?view=all").text
    offered = re.findall(r'href="/errors/([^/"]+)/(\w+)/\?view=all" data-act', page)

    assert set(offered) == {
        (str(waiting.pk), "park"),
        (str(waiting.pk), "resolve"),
        (str(parked.pk), "resolve"),
    }
    client.force_login(make.viewer())
    assert "data-act=" not in client.get(f"{LIST}?view=all").text


def test_the_code_is_shown_and_all_that_match_are_numbered(ops):
    make.errors(3, code="CT-M-NO-MX")

    page = tight(ops.get(f"{LIST}?code=CT-M-NO-MX").text)

    assert '<td data-label="Code" title="CT-M-NO-MX"><span class="mono">CT-M-NO-MX</span>' in page
    assert re.search(r"all <span data-total-here>3</span> matching", page)
