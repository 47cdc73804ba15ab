"""Whoever writes about an entity of a workflow holds it, and reads how it stands."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from enrichment.services import turns
from tests import make
from tests.servers import RUNNING, SERVERS

NOW = timezone.now()
ASK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))"
SKIP = "SELECT count(*) FROM (SELECT FROM enrichment_state FOR UPDATE SKIP LOCKED) free"


def before(run, **given):
    wanted = {"run_id": None, "idempotency_key": None, "at": NOW}
    return turns.before(run.workflow, run.entity_type, run.entity_key, **wanted | given)


@pytest.mark.django_db
def test_it_tells_which_runs_answer_a_request():
    at = NOW - timedelta(days=2)
    done = make.run(ran_at=at, completed_at=at, records_out=1, idempotency_key="k")
    mine = {"workflow": done.workflow, "entity_key": done.entity_key}
    make.run("failed", **mine)
    now = make.run("running", **mine)

    told = before(done, run_id=now.pk, idempotency_key="k")

    assert (told.same, told.replayed, told.opened, told.fresh) == (now.pk, done.pk, now.pk, done.pk)
    assert told.tries == 2


@pytest.mark.django_db
def test_an_entity_without_runs_is_answered_by_none():
    run = make.run()
    run.entity_key = "other.com"

    assert before(run, run_id=uuid4()) == turns.Before(None, None, None, None, 0)


@pytest.mark.parametrize("way", ["held", "hold", "before"])
def test_nobody_else_writes_about_a_held_entity(committed_db, way):
    run = make.run("running")
    ways = {
        "held": lambda: turns.held(run.pk),
        "hold": lambda: turns.hold(run.workflow, run.entity_key),
        "before": lambda: before(run),
    }
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as other:
        with transaction.atomic():
            ways[way]()
            assert other.execute(ASK, [run.entity_key, run.workflow_id]).fetchone() == (False,)
            assert other.execute(SKIP).fetchone() == (0,)
        assert other.execute(ASK, [run.entity_key, run.workflow_id]).fetchone() == (True,)
        assert other.execute(SKIP).fetchone() == (1,)
