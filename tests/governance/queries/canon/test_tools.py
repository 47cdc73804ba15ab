"""The tools of the canon as people look at them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.queries.canon import kept, tools
from governance.queries.canon.tools import Numbering
from governance.services.canon import switches
from tests import ledgers, make
from tests.governance.canon import canons
from tests.governance.queries.canon.test_kept import enforced

pytestmark = pytest.mark.django_db


def stopped(tool="firecrawl", **given):
    return switches.stop(tool, by=given.pop("by", None) or make.triager(), reason="It misbehaves.")


def test_tools_stand_by_tier_in_the_order_of_their_ids():
    found = tools.by_tier(kept.in_force().canon, {})

    ids = {tier.word: [row.tool.id[-3:] for row in tier.rows] for tier in found}
    assert ids == {
        "free": ["001", "002", "003"],
        "cheap": ["004", "005", "006", "007"],
        "surgical": ["008", "009", "010", "011"],
    }


def test_a_row_names_hubs_and_approval_and_what_stops_it():
    switch = stopped()

    found = tools.by_tier(kept.in_force().canon, tools.stops())

    rows = {row.tool.slug: row for tier in found for row in tier.rows}
    assert rows["firecrawl"].stop == switch
    assert rows["scraper-api"].stop is None
    assert rows["mx-lookup"].hubs == "Company Target (anchor), People Intelligence"
    assert rows["retell-caller"].approval == "A person agrees to each call."


def test_what_was_released_stops_nothing():
    switches.release(stopped(), by=make.manager(), reason="Mended.")

    assert tools.stops() == {}


def test_a_tool_is_found_by_its_slug_whatever_ids_it_had():
    enforced(canons.text(3, ("TOOL-001:", "TOOL-099:")))
    enforced(canons.text(4, ("TOOL-001:", "TOOL-099:")))

    found = tools.find("mx-lookup")

    assert (found.tool.id, found.is_in_force) == ("TOOL-099", True)
    assert found.numberings == [Numbering("TOOL-001", 2, 2), Numbering("TOOL-099", 3, 4)]


def test_a_tool_that_is_no_longer_in_force_is_found_in_the_version_that_had_it():
    enforced(canons.text(3, ("slug: mx-lookup", "slug: mx-asker")))

    found = tools.find("mx-lookup")

    assert (found.tool.id, found.canon.version, found.is_in_force) == ("TOOL-001", 2, False)


def test_a_slug_that_no_version_had_is_not_found():
    assert tools.find("no-such-tool") is None


def test_the_switches_of_a_tool_are_its_own_and_those_of_all():
    own, every = stopped(), stopped("")
    stopped("scraper-api")

    assert tools.switches_of("firecrawl") == [every, own]


def test_whether_a_key_is_set_is_known_and_not_what_it_is(monkeypatch):
    tool = kept.in_force().canon.tools["TOOL-008"]
    monkeypatch.delenv("HUNTER_API_KEY", raising=False)
    assert tools.has_key(tool) is False

    monkeypatch.setenv("HUNTER_API_KEY", "secret")

    assert tools.has_key(tool) is True


def test_a_tool_costs_the_same_queries_whatever_was_in_force_before():
    tools.find("mx-lookup")
    with CaptureQueriesContext(connection) as once:
        tools.find("mx-lookup")
    for number in range(3, 8):
        enforced(canons.text(number))
    tools.find("mx-lookup")

    with CaptureQueriesContext(connection) as many:
        tools.find("mx-lookup")

    assert len(once) == len(many)


def test_tools_and_hubs_that_were_ever_in_force_are_offered():
    enforced(canons.text(3, ("slug: mx-lookup", "slug: mx-asker"), ("Blog Content", "Blog")))

    slugs = dict(tools.slugs())
    assert {"mx-lookup", "mx-asker", "firecrawl"} <= set(slugs)
    assert slugs["firecrawl"] == "TOOL-004 Firecrawl"
    assert dict(tools.hubs())["HUB-BLOG-001"] == "Blog"


@pytest.mark.parametrize("text", ["", "   ", "no such tool"])
def test_what_is_in_no_name_names_no_tool(text):
    assert tools.named(text) == []


def test_the_latest_calls_of_a_tool_name_their_companies():
    company = make.company(company_name="Brightwater Pumps")
    for place in range(8):
        ledgers.call(entity=f"{place}.example")
    ledgers.call(tool="mx-lookup")
    last = ledgers.call(entity=str(company.outreach_id))

    with CaptureQueriesContext(connection) as queries:
        found = tools.calls_of("scraper-api")

    assert sum(" FROM " in query["sql"] for query in queries) == 2
    assert (found[0].call, found[0].company.name) == (last, "Brightwater Pumps")
    assert len(found) == tools.CALLS_SHOWN and found[1].company is None
