"""The reaper makes silent runs stale as of their last sign of life."""

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from enrichment.models import Run, State
from enrichment.services import reaper, runs
from enrichment.services.accounts import Origin
from tests import make
from tests.servers import RUNNING, SERVERS

NOW = timezone.now()


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


def a_run(status, **given):
    run = make.run(status, **given)
    return run, State.objects.get(run=run)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "signs", "ended"),
    [
        ("running", {"started_at": ago(60), "heartbeat_at": ago(20)}, 20),
        ("running", {"started_at": ago(20)}, 20),
        ("running", {"started_at": ago(60), "heartbeat_at": ago(14)}, None),
        ("running", {"started_at": ago(14)}, None),
        ("pending", {"started_at": None, "queued_at": ago(25 * 60)}, 25 * 60),
        ("pending", {"started_at": None, "queued_at": ago(23 * 60)}, None),
        ("completed", {"started_at": ago(60), "completed_at": ago(50)}, 50),
    ],
)
def test_a_run_is_stale_once_nobody_heard_of_it_for_too_long(status, signs, ended):
    run, _ = a_run(status, ran_at=ago(60), **signs)

    reaper.reap(at=NOW)

    run.refresh_from_db()
    state = State.objects.get(run=run)
    if status == "completed" or ended is None:
        assert run.status == state.status == status
    else:
        assert run.status == state.status == "stale"
    assert run.completed_at == (ended and ago(ended))


@pytest.mark.django_db
def test_each_workflow_has_its_own_patience():
    patient = make.workflow(stale_minutes=2_000_000_000)
    hasty = make.workflow(stale_minutes=1)
    kept, _ = a_run("running", workflow=patient, started_at=ago(1_000))
    given_up, _ = a_run("running", workflow=hasty, started_at=ago(2))

    assert reaper.reap(at=NOW) == 1

    assert Run.objects.get(status="stale") == given_up
    assert Run.objects.get(status="running") == kept


@pytest.mark.django_db
def test_more_than_a_batch_is_reaped(monkeypatch):
    monkeypatch.setattr(reaper, "BATCH", 2)
    workflow = make.workflow()
    for _ in range(5):
        make.run("running", workflow=workflow, started_at=ago(30))

    assert reaper.reap(at=NOW) == 5


def test_an_entity_that_somebody_writes_about_is_left_for_the_next_time(committed_db):
    held, _ = a_run("running", started_at=ago(30))
    free, _ = a_run("running", started_at=ago(30))
    with psycopg.connect(SERVERS.url(RUNNING, SERVERS.database)) as other:
        other.execute("SELECT * FROM enrichment.held_run(%s)", [held.pk])

        assert reaper.reap(at=NOW) == 1
        assert Run.objects.get(status="stale") == free
        other.rollback()

    assert reaper.reap(at=NOW) == 1


@pytest.mark.django_db
def test_what_is_foreseen_is_what_is_given_up():
    a_run("running", started_at=ago(30))
    a_run("running", started_at=ago(1))

    assert (reaper.foresee(at=NOW), reaper.reap(at=NOW), reaper.foresee(at=NOW)) == (1, 1, 0)


@pytest.mark.django_db
def test_whoever_was_given_up_may_run_again():
    by, workflow = make.triager(), make.workflow()
    asked = Origin(workflow=workflow.workflow_name, entity="ironclad.com")
    first = runs.open(asked, by=by).run

    reaper.reap(at=timezone.now() + timedelta(minutes=16))

    first.refresh_from_db()
    assert (first.status, first.completed_at) == ("stale", first.heartbeat_at)
    assert runs.open(asked, by=by).run.attempt == 2
