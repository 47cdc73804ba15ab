"""The client against the console itself, served by a process of its own."""

import pytest

from enrichment.client import Client
from enrichment.models import Run
from tests import make
from tests.browser import site

__all__ = ["site"]


@pytest.fixture
def client(site):
    """A client of a pipeline, patient enough for a busy machine."""
    _, secret = make.token(pipeline="ingest", scopes=["pipeline"])
    made = Client(site, secret, patience=120, timeout=60)
    yield made
    made.close()


def test_an_ingest_is_told_its_duplicate_refused_and_its_error_kept(client):
    workflow = make.workflow(credits_per_run=2)
    name = workflow.workflow_name
    with client.run(name, entity="https://www.IronClad.com/", source="clay") as run:
        run.count("raw", in_=1, out=1)
        run.count("extracted", out=3)
        run.cost(credits=2)

    told = Run.objects.get(pk=run.id)
    assert (told.entity_key, told.status, told.source) == ("ironclad.com", "completed", "clay")
    assert (told.records_in_extracted, told.credits) == (3, 2)

    with client.run(name, entity="ironclad.com") as again:
        assert again.already_enriched and not again.go

    assert Run.objects.get(status="skipped").credits_saved == 2

    with pytest.raises(ValueError), client.run(name, entity="ironclad.com", force=True) as forced:
        raise ValueError("no field “verdict”")

    failed = Run.objects.get(pk=forced.id)
    assert (failed.status, failed.error_class) == ("failed", "ValueError")
    assert failed.error_text == "no field “verdict”"


def test_a_result_makes_good_an_opening_that_nobody_heard(client):
    workflow = make.workflow()
    console = client.console
    address, console.url = console.url, "http://127.0.0.1:9"
    with client.run(workflow.workflow_name, entity="ironclad.com") as run:
        for lane in console._lanes:
            lane.leave()
        console._lanes.clear()
        console.url = address

    told = Run.objects.get(pk=run.id)
    assert (told.status, told.workflow, told.entity_key) == ("completed", workflow, "ironclad.com")
    assert told.started_at < told.completed_at


def test_a_run_is_skipped_with_its_reason(client):
    workflow = make.workflow()
    with client.run(workflow.workflow_name, entity="ironclad.com") as run:
        run.skip("not in the market")

    told = Run.objects.get(pk=run.id)
    assert (told.status, told.error_text) == ("skipped", "not in the market")


def test_somebody_else_at_work_is_told(client):
    workflow = make.workflow()
    name = workflow.workflow_name
    with (
        client.run(name, entity="ironclad.com") as first,
        client.run(name, entity="ironclad.com") as second,
    ):
        assert not second.go and not second.already_enriched

    assert [str(run.pk) for run in Run.objects.all()] == [first.id]
