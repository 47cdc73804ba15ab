"""The state of an entity follows its runs, in whatever order they come."""

import itertools
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from enrichment.models import Entity, Run, State, StateCount, Workflow
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def of(workflow, status, minutes, **given):
    at = NOW - timedelta(minutes=minutes)
    ended = {} if status in ("pending", "running") else {"completed_at": at}
    return make.run(
        status, workflow=workflow, entity_key="ironclad.com", ran_at=at, **ended | given
    )


def twice(run, workflow):
    """Write a run for two entities of another workflow by one statement."""
    as_it_is = "entity_type, raw_key, status, source, trigger, layers, error_class, error_text"
    figures = "ran_at, started_at, completed_at, records_out, records_in_extracted"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO enrichment_run (workflow_id, entity_key, {as_it_is}, {figures})
            SELECT %s, key, {as_it_is}, {figures}
            FROM enrichment_run
            CROSS JOIN unnest(ARRAY['ironclad.com', 'other.com']) key
            WHERE id = %s""",
            [workflow.pk, run.pk],
        )


def stands(workflow):
    """Tell all that the states of a workflow say, without ids."""
    own = ("run__ran_at", "success__ran_at", "succeeded_at", "as_of", "records_in_extracted")
    latest = ("status", "source", "records_processed", "started_at", "completed_at")
    return set(State.objects.filter(workflow=workflow).values_list(*own, *latest))


def told(workflow):
    return State.objects.values_list("status", "succeeded_at").get(workflow=workflow)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_state_is_that_of_the_newest_run_whatever_came_first(order):
    workflow = make.workflow()
    steps = [("completed", 40), ("failed", 30), ("cancelled", 20), ("skipped", 10)]

    for n in order:
        of(workflow, *steps[n])

    assert told(workflow) == ("failed", NOW - timedelta(minutes=40))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("becomes", ["completed", "stale", "cancelled"])
def test_runs_of_one_statement_leave_the_states_of_runs_one_by_one(order, becomes):
    alone, together = make.workflow(), make.workflow()
    steps = [("completed", 40), ("failed", 30), ("running", 20)]

    for n in order:
        status, minutes = steps[n]
        run = of(alone, status, minutes, records_in_extracted=n, records_out=n)
        twice(run, together)
        assert stands(together) == stands(alone)
    for _, minutes in reversed(steps):
        changed = Run.objects.filter(ran_at=NOW - timedelta(minutes=minutes))
        for workflow in (alone, together):
            changed.filter(workflow=workflow).update(status=becomes, completed_at=NOW)
        assert stands(together) == stands(alone)


def test_a_late_result_stays_on_its_own_run():
    workflow = make.workflow()
    late = of(workflow, "stale", 30)
    of(workflow, "running", 10)

    late.status = "completed"
    late.save()

    assert told(workflow) == ("running", late.completed_at)


def test_without_a_run_that_says_anything_there_is_no_state():
    workflow = make.workflow()
    run = of(workflow, "pending", 5)
    assert told(workflow)[0] == "pending"

    run.status, run.completed_at = "cancelled", NOW
    run.save()

    assert not State.objects.filter(workflow=workflow).exists()


def test_counts_of_records_come_from_the_newest_success_and_are_not_taken_back():
    workflow = make.workflow()
    of(workflow, "completed", 30, records_in_extracted=25, records_in_core=0)
    state = State.objects.get(workflow=workflow)
    State.objects.filter(pk=state.pk).update(records_in_core=25, as_of=NOW)

    of(workflow, "failed", 10)

    state.refresh_from_db()
    assert (state.status, state.records_in_extracted, state.records_in_core) == ("failed", 25, 25)


def test_an_entity_is_known_once_a_state_is_about_it():
    of(make.workflow(), "completed", 1)
    of(make.workflow(), "completed", 1)

    assert Entity.objects.values_list("entity_type", "entity_key").get() == (
        "company",
        "ironclad.com",
    )


def test_states_are_counted_and_follow_a_renamed_workflow():
    workflow = make.workflow(workflow_name="old")
    of(workflow, "completed", 1)

    Workflow.objects.filter(pk=workflow.pk).update(workflow_name="new")

    counted = {}
    for name, status, rows in StateCount.objects.values_list("workflow_name", "status", "rows"):
        counted[name, status] = counted.get((name, status), 0) + rows
    assert counted == {("old", "completed"): 0, ("new", "completed"): 1}
    assert State.objects.get().workflow_id == "new"


@pytest.mark.parametrize(
    "change",
    [
        {"entity_key": "other.com"},
        {"entity_type": "person"},
        {"id": UUID(int=7)},
    ],
)
def test_a_run_leaves_neither_its_entity_nor_its_id(change):
    run = of(make.workflow(), "completed", 5)

    with (
        pytest.raises(ProgrammingError, match="a run stays one of its workflow and entity"),
        transaction.atomic(),
    ):
        Run.objects.filter(pk=run.pk).update(**change)

    assert State.objects.get(run=run).entity_key == "ironclad.com"


def test_a_run_leaves_not_its_workflow():
    run = of(make.workflow(), "completed", 5)

    with pytest.raises(ProgrammingError, match="a run stays"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(workflow=make.workflow())
