"""What calls of tools can be filtered by."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.filters.canon.calls import CallFilter
from governance.models import ToolCall
from governance.views.canon.calls import CallList
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.listings import Listing
from tests import ledgers, make, owner

pytestmark = pytest.mark.django_db


def kept(query):
    return set(CallFilter(QueryDict(query), ToolCall.objects.all()).qs)


def test_calls_are_kept_by_what_they_are():
    person = make.triager(username="ops")
    mine = ledgers.call(by=person, entity="acme.example", correlation_id="nightly-17")
    other = ledgers.call(tool="mx-lookup", tool_id="TOOL-001", hub="HUB-PEOPLE")

    for query in (
        "tool=scraper-api",
        "hub=HUB-BLOG-001",
        "by=ops",
        "entity=acme.example",
        "correlation_id=nightly-17",
    ):
        assert kept(query) == {mine}, query
    assert kept("status=reserved") == kept("") == {mine, other}
    assert kept("status=failed") == set()


def test_calls_are_kept_by_when_they_were_reserved():
    old = ledgers.call(reserved_at=timezone.now() - timedelta(days=3))
    new = ledgers.call()

    assert kept("reserved_after=24h-ago") == {new}
    assert kept("reserved_before=24h-ago") == {old}


@pytest.mark.parametrize(
    "query", ["tool=no-such-tool", "hub=HUB-X", "status=done", "reserved_after=soon", "colour=red"]
)
def test_what_is_not_offered_is_refused(query):
    with pytest.raises(BadRequest):
        kept(query)


ROWS, SIZE = 50_000, 25
# each filter that is offered, and those that people combine
NARROWED = (
    "",
    "tool=mx-lookup",
    "tool=retell-caller",
    "tool=hunter-enricher&tool=scraper-api",
    "hub=HUB-PEOPLE",
    "hub=HUB-OUTREACH",
    "status=succeeded",
    "status=failed",
    "status=reserved&status=given_back",
    "status=succeeded&tool=hunter-enricher",
    "status=failed&hub=HUB-BLOG-001",
    "by=often",
    "by=rare",
    "by=never",
    "by=nobody",
    "by=rare&status=succeeded",
    "entity=company+77",
    "entity=nobody",
    "correlation_id=nothing",
    "reserved_before=9d-ago",
    "reserved_after=1d-ago&tool=mx-lookup",
    "by=rare&reserved_before=9d-ago",
)


def rows_read(plan: dict[str, Any]) -> int:
    """How many rows the scans of a plan touch."""
    read = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    own = 0 if "Plans" in plan else round(read * plan["Actual Loops"])
    return own + sum(map(rows_read, plan.get("Plans", ())))


def plan_of(query: str, sort: str) -> dict[str, Any]:
    """How a page of the list is read."""
    listing = Listing(CallFilter(QueryDict(query), CallList.queryset.all()))
    with CaptureQueriesContext(connection) as asked:
        listing.paginator(sort=sort, size=SIZE).page()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked[-1]['sql']}")
        found = cursor.fetchone()[0]
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def test_a_page_reads_few_rows_of_many_whatever_is_asked_for():
    ledgers.many(ROWS)
    owner.runs("ANALYZE governance_toolcall")

    read = {
        f"{query} {sort}": rows_read(plan_of(query, sort))
        for query in NARROWED
        for sort in ("-reserved_at", "reserved_at")
    }

    assert {asked: rows for asked, rows in read.items() if rows > ROWS // 50} == {}
