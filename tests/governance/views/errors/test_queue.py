"""The queue and its records as pages."""

import re
from datetime import timedelta
from uuid import uuid4

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


def test_a_page_has_rows_totals_and_counted_tabs(ops):
    open_ones = make.errors(3, make.DOL)
    make.errors(2, make.DOL, disposition="RESOLVED")

    page = tight(ops.get(LIST, {"disposition": ["PARKED", "RETRY"]}).text)

    assert sorted(keys(page)) == sorted(str(error.pk) for error in open_ones)
    assert 'data-total="3"' in page
    assert re.search(r"All open<span class=\"count\">3<", page) and re.search(
        r"Everything<span class=\"count\">5<", page
    )


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


def test_facets_and_totals_of_searched_lists_are_parts_of_their_own(ops):
    make.errors(3, make.DOL)
    make.error(make.CT)

    total = ops.get(LIST, {"q": "filing", "part": "total"}, headers={"HX-Request": "true"})
    facets = ops.get(LIST, {"q": "filing", "part": "facets"}, headers={"HX-Request": "true"})

    assert 'data-total="3"' in total.text and "<html" not in total.text
    assert re.search(r"NO_MATCH</span><span class=\"count\">3<", tight(facets.text))
    assert "HX-Request" in total.headers["Vary"]


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


def test_a_record_tells_facts_reasons_and_blockers(ops):
    company = make.company()
    error = make.error(outreach=company.outreach, retry_count=1, details={"mx": []})
    make.error(make.DOL, outreach=company.outreach)

    page = ops.get(reverse("governance:error-detail", args=[error.pk])).text

    for words in (
        company.company_name,
        "Domain has no mail server",
        "1 of 3",
        "DNS can change",
        "Company target not done",
        "NO_MATCH",
        "this error",
        "opens no gate",
        "&quot;mx&quot;: []",
    ):
        assert words in page


def test_an_error_without_an_outreach_id_says_everywhere_that_it_blocks_nobody(ops):
    loose = make.error(make.URL, severity="HIGH", blocks=True, outreach=None)

    page = ops.get(f"/errors/{loose.pk}/").content.decode()

    assert page.count("blocks nobody") == 3
    assert not re.search("blocks promotion|It keeps its company from promotion", page)


def test_an_unregistered_code_is_called_so(ops):
    error = make.error(code="NEVER-HEARD-OF")

    assert "unregistered code" in ops.get(reverse("governance:error-detail", args=[error.pk])).text


def test_a_record_knows_its_neighbours_in_the_list_it_came_from(ops):
    at = timezone.now()
    first, middle, last = (make.error(created_at=at - timedelta(hours=n)) for n in (3, 2, 1))
    make.error(make.DOL, created_at=at - timedelta(hours=2, minutes=30))

    page = ops.get(
        reverse("governance:error-detail", args=[middle.pk]) + "?code=CT-M-NO-MX&sort=created"
    ).text

    assert re.search(r'rel="prev" href="([^"?]+)', page).group(1) == reverse(
        "governance:error-detail", args=[first.pk]
    )
    assert re.search(r'rel="next" href="([^"?]+)', page).group(1) == reverse(
        "governance:error-detail", args=[last.pk]
    )
    assert "code=CT-M-NO-MX&amp;sort=created" in page


def test_a_record_refuses_a_wrong_list_address(ops):
    error = make.error()

    for text in ("nope=1", "sort=message", "disposition=x"):
        assert (
            ops.get(reverse("governance:error-detail", args=[error.pk]) + f"?{text}").status_code
            == 400
        )


def test_a_record_costs_few_queries_whatever_happened_to_it(ops):
    make.error()
    error = make.error()
    make.error()
    address = reverse("governance:error-detail", args=[error.pk]) + "?code=CT-M-NO-MX"
    before = queries(ops, address)
    for _ in range(30):
        HubError.objects.filter(pk=error.pk).update(owner=str(uuid4()))
    make.errors(30, outreach=error.outreach)

    # the rows before and after it are read where there are any
    assert queries(ops, address) - before in (0, 1, 2)
    assert before <= 20


def test_a_record_that_does_not_exist_is_not_found(ops):
    assert ops.get(reverse("governance:error-detail", args=[uuid4()])).status_code == 404


def test_a_verb_that_cannot_be_used_now_says_why(ops):
    error = make.error(disposition="PARKED")

    page = tight(ops.get(reverse("governance:error-detail", args=[error.pk])).text)

    assert re.search(r'disabled title="already parked"', page)
    assert re.search(r'primary" formaction="[^"]+/resolve/"', page)


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
