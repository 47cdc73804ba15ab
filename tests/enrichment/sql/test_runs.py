"""What plain SQL may write into the runs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from enrichment.models import Entity, Run, State, Workflow
from enrichment.services import reaper
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
PERSON = "linkedin.com/in/jane"
# two runs by one statement: one of the workflow's own kind, one of the other
INSERT = """INSERT INTO enrichment_run (workflow_id, entity_type, entity_key, raw_key, status,
        source, trigger, layers, completed_at, error_class, error_text)
    SELECT %s, kind, key, key, 'completed', '', 'sql', '{}', now(), '', ''
    FROM unnest(%s::text[], %s::text[]) g (kind, key)"""
ADDRESSES = (
    "/",
    "/enrichment/runs/",
    "/enrichment/runs/?entity_type=person",
    "/enrichment/runs/{run}/",
    "/enrichment/workflows/",
    "/enrichment/workflows/{workflow}/",
    "/enrichment/entities/",
    "/enrichment/entities/?workflow={workflow}&state=not_run&type=company",
    "/enrichment/entities/person/linkedin.com/in/jane/",
    "/enrichment/coverage/",
    "/enrichment/coverage/?type=person",
    "/enrichment/coverage/runs/?type=person",
    "/search/?q=jane",
)


def write(workflow: Workflow, **named: str) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(INSERT, [workflow.pk, list(named), list(named.values())])


def before_its_entry(status: str = "completed", **given: str) -> Run:
    """A run for a person, of a workflow whose entry says since that it is about companies."""
    workflow = make.workflow(key_type="person")
    run = make.run(status, workflow=workflow, entity_key=PERSON, **given)
    Workflow.objects.filter(pk=workflow.pk).update(key_type="company")
    return run


@pytest.mark.parametrize("others", [{}, {"company": "a.com"}])
def test_a_run_for_the_other_kind_is_refused_with_all_of_its_statement(others):
    workflow = make.workflow(workflow_name="news")

    with pytest.raises(
        IntegrityError, match="the workflow “news” is about a company: a run for a person refused"
    ):
        write(workflow, person=PERSON, **others)

    assert not Run.objects.exists() and not State.objects.exists() and not Entity.objects.exists()


def test_an_entry_that_names_no_kind_takes_both():
    workflow = make.workflow(key_type=None)

    write(workflow, person=PERSON, company="a.com")

    assert State.objects.filter(workflow=workflow).count() == 2


def test_states_of_the_other_kind_that_stand_take_no_new_run():
    run = before_its_entry()
    update = "UPDATE reference.enrichment_runs SET status = 'failed' WHERE entity_key = %s"

    with (
        pytest.raises(IntegrityError, match="a run for a person refused"),
        connection.cursor() as cursor,
        transaction.atomic(),
    ):
        cursor.execute(update, [PERSON])

    assert State.objects.get().run == run


def test_an_old_run_for_the_other_kind_can_end():
    run = before_its_entry("running")

    reaper.reap(at=make.timezone.now() + timedelta(days=1))

    run.refresh_from_db()
    assert run.status == "stale"


@pytest.mark.parametrize("address", ADDRESSES)
def test_old_runs_for_the_other_kind_are_shown(client, address):
    run = before_its_entry()
    client.force_login(make.manager())

    answer = client.get(
        address.format(run=run.pk, workflow=run.workflow.workflow_name), follow=True
    )

    assert answer.status_code == 200
    # a part that failed says so in its place
    assert "Something went wrong" not in answer.text


@pytest.mark.parametrize(("kind", "key"), [("person", PERSON), ("company", "jane.com")])
def test_a_status_beside_old_runs_for_the_other_kind_adds_up(kind, key):
    before_its_entry()

    answer = Caller(make.analyst()).post(
        "/api/enrichment/status",
        {"entity_type": kind, "entity_key": key},
    )

    coverage = answer.json()["coverage"]
    assert answer.status_code == 200
    assert coverage.pop("total_workflows") == sum(coverage.values())
