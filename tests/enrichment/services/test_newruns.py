"""Runs that are not stored yet, and what a known one learns of its beginning."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from enrichment.services import newruns
from enrichment.services.accounts import Origin
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()
EARLIER = NOW - timedelta(hours=1)


def asked(workflow, **given):
    wanted = {"workflow": workflow.workflow_name, "entity": "www.Ironclad.com"}
    return Origin(**wanted | given)


def made(**given):
    workflow = make.workflow()
    origin = asked(workflow, **given)
    about = newruns.entity_of(workflow, origin)
    return newruns.make(None, origin, about, by=make.triager(), now=NOW), origin, about


def test_a_run_is_ordered_by_its_start_else_by_when_it_was_queued():
    assert made(started_at=EARLIER)[0].ran_at == EARLIER
    assert made(queued_at=EARLIER)[0].ran_at == EARLIER
    assert made()[0].ran_at == NOW


def test_one_that_waits_has_no_start_and_one_that_begins_shows_a_sign_of_life():
    waiting, beginning = made()[0], made(queued_at=EARLIER)[0]

    newruns.begin(waiting, is_queued=True, now=NOW)
    newruns.begin(beginning, is_queued=False, now=NOW)

    assert (waiting.status, waiting.started_at, waiting.queued_at) == ("pending", None, NOW)
    assert (beginning.status, beginning.started_at) == ("running", NOW)
    assert (beginning.heartbeat_at, beginning.queued_at) == (NOW, EARLIER)


def test_a_needless_one_keeps_what_the_fresh_one_cost():
    run, _, _ = made()

    newruns.make_needless(run, make.run(credits=Decimal(3)), now=NOW)

    assert (run.status, run.credits_saved, run.completed_at) == ("skipped", 3, NOW)


def test_a_late_opening_tells_only_what_was_not_known():
    run, origin, about = made(source="clay", started_at=EARLIER)
    known = make.run(workflow=about.workflow, source="apollo", started_at=None, ran_at=NOW)

    told = newruns.learnt(known, origin, about, now=NOW)

    assert told == {"raw_key": "www.Ironclad.com", "started_at": EARLIER, "ran_at": EARLIER}
    assert about.owns(run)
    assert not about.owns(known)
