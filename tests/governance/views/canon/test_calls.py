"""The ledger as pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import ledgers, make
from tests.governance.views.canon.test_tools import page

pytestmark = pytest.mark.django_db
LIST = "/canon/calls/"


def test_the_list_shows_calls_and_is_narrowed(client, analyst):
    ledgers.call(correlation_id="nightly-17")
    ledgers.call(correlation_id="other-1", tool="mx-lookup", tool_id="TOOL-001")

    shown = page(client, f"{LIST}?tool=mx-lookup")

    assert "other-1" in shown and "nightly-17" not in shown


def test_facets_count_calls(client, analyst):
    ledgers.call()

    shown = page(client, f"{LIST}?part=facets")

    for words in ("TOOL-005 ScraperAPI", "Blog Content", "Reserved"):
        assert words in shown


@pytest.mark.parametrize("part", ["", "?part=facets"])
def test_the_list_costs_the_same_queries_for_one_and_for_many(client, analyst, part):
    ledgers.call(by=make.triager())
    page(client, f"{LIST}{part}")
    with CaptureQueriesContext(connection) as one:
        page(client, f"{LIST}{part}")
    for _ in range(20):
        ledgers.call(by=make.triager())

    with CaptureQueriesContext(connection) as many:
        page(client, f"{LIST}{part}")

    assert len(one) == len(many)


def test_pages_of_the_list_follow_each_other(client, analyst):
    for number in range(30):
        ledgers.call(correlation_id=f"call-{number:02}")

    first = client.get(f"{LIST}?size=25")
    keys = [row.correlation_id for row in first.context["rows"].rows]

    assert keys == [f"call-{number:02}" for number in reversed(range(5, 30))]
    later = client.get(f"{LIST}?size=25&after={first.context['rows'].after}")
    assert [row.correlation_id for row in later.context["rows"].rows][:1] == ["call-04"]


def test_a_call_shows_facts_and_what_happened(client, analyst):
    call = ledgers.call(
        facts={"mx_present": True, "bit_score": 80.5, "<b>": None},
        entity="acme.example",
        by=make.triager(first_name="Ines", last_name="Duarte"),
        cost="0.001",
    )

    shown = page(client, f"{LIST}{call.pk}/")

    for words in (
        "mx_present",
        "80.5",
        "&lt;b&gt;",
        "acme.example",
        "Ines Duarte",
        "0.001 USD, held",
    ):
        assert words in shown
    assert "the guard let it through" in shown and "not settled" in shown


def test_a_settled_call_says_how_it_ended(client, analyst):
    call = ledgers.call()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT governance.settle_call(%s, 'failed', 412, 0.001, false, 'It timed out.')",
            [call.pk],
        )

    shown = page(client, f"{LIST}{call.pk}/")

    assert "Failed" in shown and "412 ms" in shown and "It timed out." in shown


def test_a_call_that_is_called_off_says_that_it_goes_on_counting(client, analyst):
    call = ledgers.call(cost="0.07", status="called_off", settled_at=timezone.now())

    shown = page(client, f"{LIST}{call.pk}/")

    assert "it was not made" in shown and "0.07 USD" in shown
    assert "rate and budget go on counting it" in shown and "not settled" not in shown


def test_a_call_that_plain_sql_wrote_of_no_tool_there_is_has_a_page(client, analyst):
    call = ledgers.call(tool="a/b", canon_version=0)

    assert "Nothing was told of the entity." in page(client, f"{LIST}{call.pk}/")


def test_a_call_that_is_not_there_is_not_found(client, analyst):
    assert client.get(f"{LIST}999999/").status_code == 404


@pytest.mark.parametrize("by", ["tool=scraper-api", "hub=HUB-BLOG-001", ""])
def test_the_order_of_the_list_comes_from_an_index(client, analyst, by):
    """A list of a million calls sorts none: what it is narrowed by leads to rows in their order."""
    ledgers.call()
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} TO off")

    with CaptureQueriesContext(connection) as asked:
        page(client, f"{LIST}?{by}&size=25" if by else f"{LIST}?size=25")

    (rows,) = [
        one["sql"]
        for one in asked
        if one["sql"].startswith('SELECT "governance_toolcall"."id"') and "LIMIT" in one["sql"]
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {rows}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "toolcall_" in plan and "Sort" not in plan, plan
