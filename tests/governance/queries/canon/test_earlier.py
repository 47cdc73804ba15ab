"""What came before a request for a call."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.queries.canon import earlier
from governance.services.approvals import votes
from tests import ledgers, make
from tests.governance.services.canon import calling

pytestmark = pytest.mark.django_db
RETELL = {
    "tool_id": "TOOL-011",
    "tool": "retell-caller",
    "tier": 2,
    "hub": calling.HUB,
    "interaction": "WRITE",
    "entity": calling.ENTITY,
}


def made(correlation: str, **given):
    return ledgers.call(**RETELL | {"correlation_id": correlation} | given)


def facts(score: int) -> dict:
    return calling.FACTS | {"bit_score": score}


def test_calls_agreed_to_and_calls_made_without_stand_in_one_list_the_newest_first():
    alone = made("c-0")
    agreed = calling.approved(facts=facts(80))
    calling.spend(facts=facts(80), correlation_id="c-1")
    call = made("c-1", reserved_at=timezone.now())
    rejected = votes.reject(calling.requested(facts=facts(81)), by=make.manager(), comment="no")
    now = calling.requested(facts=facts(82))

    found = earlier.calls_before(now.asked_call)

    assert [(one.request, one.call) for one in found] == [
        (rejected, None),
        (agreed, call),
        (None, alone),
    ]


def test_other_companies_hubs_and_later_calls_are_left_out():
    made("c-0", entity="other.example")
    made("c-1", hub="HUB-PEOPLE")
    made("c-2", reserved_at=timezone.now() + timedelta(hours=1))
    made("c-3", status="given_back", settled_at=timezone.now())
    calling.requested(entity="other.example")

    assert earlier.calls_before(calling.requested().asked_call) == []


def test_the_list_costs_the_same_queries_for_one_call_and_many():
    for place in range(8):
        made(f"c-{place}")
    now = calling.requested()

    with CaptureQueriesContext(connection) as queries:
        assert len(earlier.calls_before(now.asked_call)) == earlier.MOST_CALLS

    assert sum(" FROM " in query["sql"] for query in queries) <= 4


def test_the_requester_is_known_by_what_became_of_other_requests():
    by = make.triager()
    calling.requested(by=by, entity="one.example")
    votes.reject(
        calling.requested(by=by, entity="two.example"),
        by=make.manager(),
        comment="no",
    )
    calling.requested(entity="of.another.example")
    mine = calling.requested(by=by)

    found = earlier.record_of(mine, at=timezone.now())

    assert found == (2, 0, 1, 1)
    later = timezone.now() + earlier.LOOKED_BACK + timedelta(hours=1)
    assert earlier.record_of(mine, at=later).asked == 0
