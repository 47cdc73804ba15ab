"""The list of tools, and one of them."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import ledgers, make
from tests.governance.canon import canons
from tests.governance.queries.canon.test_kept import enforced
from tests.governance.queries.canon.test_tools import stopped

pytestmark = pytest.mark.django_db
ALL_STOPPED = "All tools are stopped: every call is refused."


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_tools_of_the_canon_in_force(client, analyst):
    shown = page(client, "/tools/")

    for words in ("MXLookup", "TOOL-011", "50 per second", "0.008 USD a call", "ENRICH"):
        assert words in shown
    assert "A person agrees to each call." in shown


def test_what_is_stopped_stands_above_the_list_with_the_reason(client, analyst):
    stopped(by=make.triager(first_name="Ines", last_name="Duarte"))

    shown = page(client, "/tools/")

    assert "Firecrawl is stopped: every call is refused." in shown
    assert "Ines Duarte" in shown and "It misbehaves." in shown
    assert ALL_STOPPED not in shown


def test_only_who_may_stop_is_offered_it(client, analyst):
    assert "Stop…" not in page(client, "/tools/")

    client.force_login(make.triager())

    assert "/canon/switches/stop/?tool=firecrawl" in page(client, "/tools/")


def test_the_list_shows_the_last_violation_of_each_tool_and_leads_to_them(client, analyst):
    last = make.violation("V-GATE-003", outreach=None)
    make.violation("V-TYPE-001", outreach=None, tool="smtp-check", tool_id="TOOL-002")

    shown = page(client, "/tools/")

    assert f'href="/canon/violations/{last.pk}/"' in shown and "V-TYPE-001" in shown
    (listed,) = re.findall(r'href="(/canon/violations/\?tool=hunter-enricher[^"]*)"', shown)
    assert "V-GATE-003" in page(client, html.unescape(listed))
    assert "0 parked, 0 in retry" not in shown


def test_a_tool_shows_its_latest_violations_with_what_the_guard_said(client, analyst):
    on = make.outreach()
    make.violation(outreach=on, message="mx_present is false")

    shown = page(client, "/tools/hunter-enricher/")

    assert "Latest violations" in shown and "It was not called yet." in shown
    assert "mx_present is false" in shown and on.domain in shown
    assert "Nothing was refused." in page(client, "/tools/mx-lookup/")


def test_a_tool_shows_its_latest_calls(client, analyst):
    company = make.company(company_name="Brightwater Pumps")
    call = ledgers.call(entity=str(company.outreach_id))

    shown = page(client, "/tools/scraper-api/")

    assert f'href="/canon/calls/{call.pk}/"' in shown and "Brightwater Pumps" in shown


def test_the_list_costs_the_same_queries_however_many_switches_stand(client, analyst):
    page(client, "/tools/")
    with CaptureQueriesContext(connection) as none:
        page(client, "/tools/")
    for slug in ("firecrawl", "scraper-api", "mx-lookup", ""):
        stopped(slug)
    for tool in ("firecrawl", "mx-lookup", "hunter-enricher"):
        make.violation(outreach=None, tool=tool)

    with CaptureQueriesContext(connection) as many:
        page(client, "/tools/")

    assert len(none) == len(many)


def test_a_tool_says_in_words_what_the_canon_asks(client, analyst, monkeypatch):
    monkeypatch.delenv("RETELL_API_KEY", raising=False)

    shown = page(client, "/tools/retell-caller/")

    for words in (
        "bit_score &gt;= 75",
        "The caller says a number of 75 or more.",
        "Between 09:00 and 20:00 by the clock of that zone.",
        "One call, never tried again.",
        "10 at once",
        "A person agrees to each call.",
        "not set in this process",
        "in version 2",
        "/canon/try/?tool=TOOL-011",
    ):
        assert words in shown
    assert "It is not in the canon in force" not in shown


def test_a_key_is_never_shown(client, analyst, monkeypatch):
    monkeypatch.setenv("RETELL_API_KEY", "very-secret-value")

    shown = page(client, "/tools/retell-caller/")

    assert "very-secret-value" not in shown
    assert "set in this process" in shown and "not set in this process" not in shown


def test_an_id_leads_to_the_tool_by_its_slug(client, analyst):
    response = client.get("/tools/TOOL-004/")

    assert (response.status_code, response["Location"]) == (302, "/tools/firecrawl/")


def test_a_tool_of_an_older_canon_is_shown_and_said_to_be_out_of_force(client, analyst):
    enforced(canons.text(3, ("slug: mx-lookup", "slug: mx-asker")))

    shown = page(client, "/tools/mx-lookup/")

    assert "It is not in the canon in force" in shown
    assert "Stop its calls" not in shown


def test_a_tool_that_no_canon_had_is_not_there(client, analyst):
    assert client.get("/tools/no-such-tool/").status_code == 404


def test_the_history_of_its_switches_is_shown(client, analyst):
    stopped()

    shown = page(client, "/tools/firecrawl/")

    assert "It stands." in shown and "It is stopped: every call is refused." in shown
