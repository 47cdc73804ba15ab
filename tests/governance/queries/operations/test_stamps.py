"""A stamp changes with what people would want to see, and with nothing else."""

import pytest

from governance.models import Approval
from governance.queries.operations import stamps
from governance.services.approvals import requests, votes
from governance.services.operations import runner, steering
from tests import make
from tests.governance.rules import RETRY, approved
from tests.governance.views.desk import gated, planned

pytestmark = pytest.mark.django_db


def test_work_bears_another_stamp_once_it_was_asked_for_decided_or_steered():
    operation = gated(make.triager())
    known = [stamps.of(operation)]

    approval = requests.make(operation, by=operation.requester)
    operation.refresh_from_db()
    known.append(stamps.of(operation))
    votes.reject(approval, by=make.manager(), comment="No.")
    operation.refresh_from_db()
    known.append(stamps.of(operation))

    assert known == ["planned.unasked", "awaiting.pending", "rejected.rejected"]


def test_rows_that_are_done_change_no_stamp():
    by = make.triager()
    operation = planned(by, make.errors(10))
    type(operation).objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=by)
    before = stamps.of(operation)

    runner.run_chunk(operation.pk)
    operation.refresh_from_db()

    assert operation.applied == 4
    assert stamps.of(operation) == before


def test_a_run_bears_another_stamp_when_a_part_of_it_is_paused():
    make.error()
    run = approved(RETRY)
    before = stamps.of(run)

    steering.pause(run.operations.get(), by=run.requester)

    assert (before, stamps.of(run)) == ("running.used.0-paused", "running.used.1-paused")


def test_a_request_bears_another_stamp_after_a_vote_or_a_word():
    operation = gated(make.triager())
    approval = requests.make(operation, by=operation.requester)
    before = stamps.of_request(approval)

    requests.comment(approval, by=approval.requester, body="Please.")
    spoken = stamps.of_request(approval)
    votes.approve(approval, by=make.manager())
    voted = stamps.of_request(Approval.objects.get(pk=approval.pk))

    assert before == "pending.awaiting.0-votes.0-comments"
    assert spoken.endswith("0-votes.1-comments")
    assert voted == "used.running.1-votes.1-comments"
