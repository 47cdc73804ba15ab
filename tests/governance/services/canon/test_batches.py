"""Several requests for calls decided at once: each stands alone."""

import pytest

from governance.exceptions import VoteRefused
from governance.services.approvals import requests, votes
from governance.services.canon import batches
from tests import make
from tests.governance.services.approvals import asked
from tests.governance.services.canon.calling import now, requested, spend

pytestmark = pytest.mark.django_db


def test_each_call_is_approved_by_itself_and_spent_by_itself():
    first, second = requested(entity="a.example"), requested(entity="b.example")

    done = batches.decide(
        [(one.pk, one.plan_hash) for one in (first, second)], "approve", by=make.manager()
    )

    assert [(one.is_done, one.said) for one in done] == [(True, "approved")] * 2
    assert spend(entity="a.example") == first.pk
    assert now(second).state == "approved"


def test_what_stands_against_one_stops_no_other():
    manager = make.manager()
    good, own = requested(entity="a.example"), requested(entity="b.example", by=manager)
    gone, other = requested(entity="c.example"), requested(entity="d.example")
    requests.withdraw(gone, by=gone.requester)
    read = [(one.pk, one.plan_hash) for one in (good, own, gone)] + [(other.pk, "0" * 64)]

    done = batches.decide(read, "approve", by=manager)

    said = {one.approval.pk: (one.is_done, one.said) for one in done}
    assert said[good.pk] == (True, "approved")
    assert said[own.pk][0] is False and "somebody else has to decide" in said[own.pk][1]
    assert said[gone.pk] == (False, "This request is withdrawn already.")
    assert said[other.pk][0] is False and "not what this request is about" in said[other.pk][1]
    assert [now(one).state for one in (good, own, gone, other)] == [
        "approved",
        "pending",
        "withdrawn",
        "pending",
    ]


def test_all_are_rejected_for_one_reason():
    first, second = requested(entity="a.example"), requested(entity="b.example")

    batches.decide(
        [(one.pk, one.plan_hash) for one in (first, second)],
        "reject",
        by=make.manager(),
        comment="Not this week.",
    )

    for one in (first, second):
        assert now(one).state == "rejected"
        assert one.votes.get().comment == "Not this week."


def test_a_first_vote_of_two_says_that_others_are_needed():
    make.policy(name="TWO", subject="tool_call", hubs=["HUB-OUTREACH"], quorum=2)
    found = requested()

    (done,) = batches.decide([(found.pk, found.plan_hash)], "approve", by=make.manager())

    assert done.is_done and "others have to agree" in done.said


@pytest.mark.parametrize("many", [0, batches.MOST + 1])
def test_neither_nothing_nor_more_than_anybody_reads_is_decided(many):
    with pytest.raises(VoteRefused, match="are decided at once"):
        batches.decide([(n, "0" * 64) for n in range(many)], "approve", by=make.manager())


def test_requests_for_operations_are_not_decided_here():

    other = asked.requested()

    assert batches.decide([(other.pk, other.plan_hash)], "approve", by=make.manager()) == []
    assert now(other).state == "pending"


def test_requests_are_found_again_by_who_decided():
    found = requested()
    votes.reject(found, by=make.manager(), comment="No.")

    (done,) = batches.decide([(found.pk, found.plan_hash)], "approve", by=make.manager())

    assert done.said == "This request is rejected already."
