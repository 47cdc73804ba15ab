"""Two managers who decide at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from governance.exceptions import VoteRefused
from governance.models import Approval, ApprovalPolicy, ApprovalVote, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans
from tests import make


def archiving() -> Operation:
    """A plan that needs approval: archiving an error that blocks."""
    return plans.make("archive", errors=[make.error()], by=make.triager(), reason="MANUAL")


def test_two_managers_who_approve_at_the_same_moment_start_it_once(committed_db):
    operation = archiving()
    approval = requests.make(operation, by=operation.requester)
    ready = Barrier(2)

    def approve(manager):
        ready.wait(10)
        try:
            votes.approve(approval, by=manager)
        except VoteRefused as refusal:
            return refusal.sentence
        finally:
            connections.close_all()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(approve, [make.manager(), make.manager()]))

    assert len(said) == 2
    assert said.count("approved") == 1
    assert ApprovalVote.objects.count() == 1
    assert operation.steps.filter(kind="started by approving").count() == 1


def test_two_managers_of_a_quorum_of_two_who_vote_at_the_same_moment_both_count(committed_db):
    ApprovalPolicy.objects.filter(name="ARCHIVE-BLOCKING").update(quorum=2)
    operation = archiving()
    approval = requests.make(operation, by=operation.requester)
    ready = Barrier(2)

    def approve(manager):
        ready.wait(10)
        votes.approve(approval, by=manager)
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(approve, [make.manager(), make.manager()]))

    assert Approval.objects.get().state == "used"
    assert operation.steps.filter(kind="started by approving").count() == 1
