"""Opening and ending a run by one statement, where nothing else answers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from enrichment.models import Run
from enrichment.services import atonce, newruns, runs
from enrichment.services.accounts import Origin, Result
from tests import make

FOUND = Result(status="completed", records_out=1, layers={"core": {"out": 1}}, credits=2)


def begun(workflow, **given):
    origin = Origin(workflow=workflow.workflow_name, entity="ironclad.com", **given)
    about = newruns.entity_of(workflow, origin)
    now = timezone.now()
    run = newruns.make(None, origin, about, by=make.triager(), now=now)
    newruns.begin(run, is_queued=origin.is_queued, now=now)
    return run


def opened(workflow, *, force=False, **given):
    return atonce.opened(begun(workflow, **given), force=force)


def ended(run_id):
    now = timezone.now()
    return atonce.ended(
        run_id,
        FOUND.columns(),
        name=None,
        key=None,
        completed_at=now,
        now=now,
    )


def held(run):
    return {field.attname: getattr(run, field.attname) for field in Run._meta.concrete_fields}


def stored(run):
    return held(Run.objects.get(pk=run.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("is_queued", [True, False])
def test_a_run_that_nothing_answers_is_stored_as_it_is(is_queued):
    run = begun(make.workflow(), is_queued=is_queued, source="clay", idempotency_key="k")

    assert atonce.opened(run, force=False)

    assert stored(run) == held(run)
    assert not run._state.adding


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["running", "completed"])
def test_nothing_is_stored_where_another_run_answers(status):
    workflow = make.workflow()
    make.run(status, workflow=workflow, entity_key="ironclad.com", records_out=1)

    assert not opened(workflow)

    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_it_may_run_once_more_where_that_is_forced():
    workflow = make.workflow()
    make.run("completed", workflow=workflow, entity_key="ironclad.com", records_out=1)

    assert opened(workflow, force=True)


@pytest.mark.django_db
def test_the_result_of_a_run_under_way_is_stored():
    run = begun(make.workflow())
    atonce.opened(run, force=False)

    closed = ended(run.pk)

    assert stored(run) == held(closed)
    assert (closed.status, closed.layers, closed.credits) == ("completed", FOUND.layers, 2)


@pytest.mark.django_db
def test_a_run_ends_no_earlier_than_it_began():
    run = begun(make.workflow())
    atonce.opened(run, force=False)
    before = run.started_at - timedelta(hours=1)

    closed = atonce.ended(
        run.pk,
        FOUND.columns(),
        name=None,
        key=None,
        completed_at=before,
        now=timezone.now(),
    )

    assert closed.completed_at == run.started_at


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["pending", "completed", "stale"])
def test_the_result_of_any_other_run_is_left_alone(status):
    run = make.run(status, started_at=None)
    before = stored(run)

    assert ended(run.pk) is None

    assert stored(run) == before


@pytest.mark.django_db
def test_nothing_ends_where_there_is_no_run():
    assert ended(uuid4()) is None


def test_opening_and_ending_take_three_statements(committed_db, django_assert_num_queries):
    make.workflow(workflow_name="company_discovery")
    by = make.triager()
    by.has_perm("enrichment.open_run")
    origin = Origin(workflow="company_discovery", entity="ironclad.com")

    assert not connection.in_atomic_block
    # the workflow, the opening, the end; no transaction around them
    with django_assert_num_queries(3):
        run = runs.open(origin, by=by).run
        closed = runs.close(run.pk, FOUND, by=by).run
        # what an answer tells of them is there
        assert (closed.workflow, closed.by) == (run.workflow, by)
