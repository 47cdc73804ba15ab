"""The page of one company, and its history."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CompanySlot, ErrorTable, HubError, Operation
from tests import make, owner
from tests.markup import tight

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\u202egnp" + "x" * 214
# session, person, rights and navigation: what every page asks; the rest is the company's
MOST_QUERIES = 16


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return tight(answer.text)


def url(spine, query: str = "") -> str:
    return f"/companies/{spine.pk}/{query}"


def plain(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def stuck():
    """A company with something at every hub and errors of three."""
    spine = make.company(company_name="Hartfell & Sons", source_system="web form").outreach
    make.target("failed", outreach=spine)
    make.slots(1, outreach=spine)
    make.person(outreach=spine, email="ada@hartfell.example")
    make.bit_score(outreach=spine)
    for table in (make.CT, make.DOL, make.PEOPLE):
        make.error(table, outreach=spine)
    return spine


def test_a_company_that_waits_to_be_counted_anew_says_no_and_why(client, triager):
    spine = make.promotable()
    owner.leaves(spine.pk)

    shown = page(client, url(spine))

    assert (
        "Bottleneck: Company Target.</strong> Being counted anew: ask again in a minute." in shown
    )
    assert shown.count("Being counted anew: ask again in a minute") == 7
    assert "nothing stands in its way" not in shown and "may be promoted now" not in shown


def test_a_stuck_company_says_why_and_what_to_do(client, triager):
    spine = stuck()

    shown = page(client, url(spine))

    for said in (
        "Hartfell &amp; Sons",
        '<span class="tag">NOT_READY</span>',
        spine.domain,
        "Bottleneck: Company Target.",
        "Company target failed. Everything behind it waits. DNS can change",
        "CT-M-NO-MX: RETRY, 0 of 3 tries used",
        "6, most severe first",
        "Fill 2 more slots.",
        "1 of 3 filled: filled CEO; empty CFO, HR",
        "company target not done; 1 blocking company target error",
        "ada@hartfell.example",
        "50.00 from 2 signals",
        "web form",
    ):
        assert said in shown, said
    assert str(spine.sovereign_id) not in shown


def test_a_promotable_company_has_no_bottleneck(client, triager):
    shown = page(client, url(make.promotable()))

    assert "No bottleneck." in shown
    assert "Nothing keeps this company from promotion." in shown
    assert shown.count('<span class="push">Yes</span>') == 5
    assert 'class="actions"' not in shown


def test_its_errors_are_links_into_the_queue_and_the_archive(client, triager):
    spine = stuck()
    make.error(make.PEOPLE, outreach=spine, disposition="RESOLVED")
    make.archived(outreach=spine)

    shown = page(client, url(spine))
    query = f"company={spine.pk}&amp;disposition="

    assert f'href="/errors/?{query}RETRY&amp;disposition=PARKED">3 open errors</a>' in shown
    assert f'href="/errors/?{query}RESOLVED">1 RESOLVED</a>' in shown
    assert f'href="/errors/archive/?company={spine.pk}">1 in the archive</a>' in shown


def test_the_open_errors_that_its_link_leads_to_are_those(client, triager):
    spine = stuck()
    link = re.search(r'href="([^"]+)">3 open errors', page(client, url(spine)))[1]

    listed = client.get(link.replace("&amp;", "&")).context["rows"].rows

    assert {row.pk for row in listed} == set(HubError.objects.values_list("pk", flat=True))


def test_ticked_errors_are_planned_as_exactly_these_rows(client, triager):
    spine = stuck()
    make.error()
    shown = page(client, url(spine))
    ticked = re.findall(r'name="ids" value="([^"]+)" form="act-on-errors"', shown)
    as_of = re.search(r'name="as_of" value="([^"]+)"', shown)[1]

    answer = client.post(
        re.search(r'formaction="([^"]+/park/[^"]*)"', shown)[1],
        {"scope": "ids", "as_of": as_of, "ids": ticked[1:], "reason": "DATA_QUALITY"},
    )

    assert answer.status_code == 302
    planned = Operation.objects.get().items.values_list("subject_id", flat=True)
    assert sorted(planned) == sorted(ticked[1:])
    assert len(ticked) == 3


def test_who_may_not_act_has_nothing_to_tick(client):
    client.force_login(make.viewer())

    shown = page(client, url(stuck()))

    assert 'type="checkbox"' not in shown
    assert 'class="actions"' not in shown


def test_who_may_not_look_is_refused(client):
    client.force_login(make.user())

    assert client.get(url(make.outreach())).status_code == 403
    assert client.get(url(make.outreach(), "history/")).status_code == 403


def test_more_errors_than_are_shown_are_acted_on_in_the_queue(client, triager):
    spine = make.outreach()
    make.errors(52, outreach=spine)

    shown = page(client, url(spine))

    assert shown.count('name="ids"') == 50
    assert "disposition=PARKED&amp;select=all" in shown


@pytest.mark.parametrize("written", [lambda key: key.hex, lambda key: str(key).upper()])
def test_an_id_in_other_letters_leads_to_the_one_address(client, triager, written):
    spine = make.outreach()

    for end in ("", "history/"):
        answer = client.get(f"/companies/{written(spine.pk)}/{end}?sort=company")
        assert answer.status_code == 302
        assert answer["Location"] == f"/companies/{spine.pk}/{end}?sort=company"


@pytest.mark.parametrize("end", ["", "history/"])
def test_an_id_that_is_not_there_is_told_so(client, triager, end):
    key = uuid4()

    answer = client.get(f"/companies/{key}/{end}")

    assert answer.status_code == 404
    assert f"The spine knows no company with the outreach id {key}." in answer.text


def test_a_company_without_anything_is_shown(client, triager):
    spine = make.outreach(domain="")

    shown = page(client, url(spine))

    for said in ("no domain", "no company record", "no record", "It has no slot.", "no score"):
        assert said in shown
    assert f"<h1>{spine.pk}" in shown


def test_hostile_rows_are_shown_and_do_nothing(client, triager):
    spine = make.company(company_name=HOSTILE, address_state="<b>TX").outreach
    make.target("failed", outreach=spine, email_method="<i>")
    make.person(outreach=spine, email="<u>a", contact_status="<s>", slot_type="\x1b[31m")
    make.error(outreach=spine, code="<svg/onload=1>")
    CompanySlot.objects.create(outreach=spine, slot_type="<em>CTO")
    plain("UPDATE governance_companytarget SET email_method = '<img src=x>'")

    for end in ("", "history/"):
        shown = page(client, url(spine, end))
        assert not re.search("<(script>a|b>T|i>|u>a|s>|svg/|em>|img)", shown)
        assert "⟨right-to-left override⟩gnp" in shown
        # the breadcrumbs stand in one line
        trail = re.search(r'class="breadcrumbs".*?</nav>', shown)[0]
        assert "xxxxxxx…" in trail
        assert "x" * 50 not in trail


def test_a_table_of_a_hub_that_gates_nothing_may_block_without_a_failure(client, triager):
    spine = make.promotable()
    ErrorTable.objects.filter(pk=make.URL).update(
        hub="HUB-BLOG-001", allowed_dispositions=["RETRY"], default_disposition="RETRY"
    )
    make.error(make.URL, outreach=spine, blocks=True)

    assert "No bottleneck." in page(client, url(spine))


def test_it_knows_its_place_and_neighbours_in_the_list(client, triager):
    first, middle, last = (
        make.company(company_name=f"Hartfell {n}", outreach=make.promotable()).outreach
        for n in (1, 2, 3)
    )
    make.company(company_name="Hartfell 2b")

    shown = page(client, url(middle, "?promotable=true&sort=company"))

    assert re.search(r'rel="prev" href="([^"?]+)', shown)[1] == url(first)
    assert re.search(r'rel="next" href="([^"?]+)', shown)[1] == url(last)
    place = re.search(r'<p class="muted place">(.*?)</p>', shown)[1]
    assert re.sub("<[^>]+>", "", place).strip() == "2 of 3"


def test_a_company_that_left_its_list_says_so(client, triager):
    spine = make.outreach()

    assert "no longer in" in page(client, url(spine, "?promotable=true"))
    assert 'class="muted place"' not in page(client, url(spine))


@pytest.mark.parametrize("query", ["tier=NEVER", "sort=colour", "colour=red"])
def test_what_its_list_no_longer_has_is_left_out_and_said(client, triager, query):
    spine = make.outreach()

    answer = client.get(url(spine, f"?promotable=false&{query}"), follow=True)

    assert answer.redirect_chain == [(url(spine, "?promotable=false"), 302)]
    assert "The list of this company no longer has" in answer.text


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_it_costs_the_same_whatever_the_company_holds(client, triager):
    bare, full = make.outreach(), stuck()
    make.errors(60, make.DOL, outreach=full)
    for _ in range(20):
        make.archived(outreach=full)
        make.filing(outreach=full)
        make.person(outreach=full)
        make.blog(outreach=full)

    client.get(url(bare))
    few, many = queries(client, url(bare)), queries(client, url(full))

    assert many - few <= 2
    assert many <= MOST_QUERIES


def test_the_history_turns_its_pages(client, triager):
    spine = make.outreach()
    make.errors(60, outreach=spine)

    first = page(client, url(spine, "history/"))
    link = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = page(client, url(spine, f"history/{link}"))

    assert first.count("CT-M-NO-MX") == 50
    # 60 errors, the company's own beginning, and what its first error changed
    assert second.count("CT-M-NO-MX") == 10
    assert "begins as NOT_READY" in second
    assert 'rel="next"' not in second
    assert "Newest" in second


def test_a_place_in_the_history_that_is_none_is_refused(client, triager):
    answer = client.get(url(make.outreach(), "history/?after=yesterday"))

    assert answer.status_code == 400
    assert "its place marker is broken" in answer.text


def test_an_error_leads_to_its_company(client, triager):
    error, loose = make.error(), make.error(outreach=None)
    link = f'href="{url(error.outreach)}"'

    assert page(client, f"/errors/{error.pk}/").count(link) == 3
    assert link in page(client, "/errors/?columns=outreach")
    assert link in page(client, f"/errors/archive/{make.archived(outreach=error.outreach).pk}/")
    assert not re.search(r"/companies/[0-9a-f]{8}", page(client, f"/errors/{loose.pk}/"))
