"""What calls of tools can be filtered by."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from governance.filters.canon.calls import CallFilter
from governance.models import ToolCall
from outreach_admin.exceptions import BadRequest
from tests import ledgers, make

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
