"""What the page of one workflow tells."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from enrichment.models import Run, Workflow
from enrichment.queries import workflowpages
from enrichment.services import entries
from enrichment.services.entries import Entry
from enrichment.services.figures import counters
from governance.services import attribution
from governance.services.operations import acts
from tests import make

pytestmark = pytest.mark.django_db


def test_requests_that_were_needless_are_summed_for_thirty_days():
    workflow, now = make.workflow(), timezone.now()
    fresh = make.run(workflow=workflow)
    for days, credits in ((1, "2"), (29, "0.5"), (31, "8")):
        saved = make.run("skipped", workflow=workflow, refused_for=fresh, credits_saved=credits)
        Run.objects.filter(pk=saved.pk).update(ran_at=now - timedelta(days=days))
    make.run("skipped", workflow=workflow)

    found = workflowpages.needless(workflow, at=now)

    assert (found.requests, found.credits) == (2, Decimal("2.5"))
    assert workflowpages.needless(make.workflow(), at=now).credits == 0


def test_the_newest_runs_are_shown_first():
    workflow, now = make.workflow(), timezone.now()
    runs = [
        make.run(workflow=workflow, ran_at=now - timedelta(minutes=minutes)) for minutes in range(7)
    ]
    make.run()

    assert workflowpages.latest_runs(workflow) == runs[:5]


def test_the_buckets_of_a_workflow_add_up_to_its_entities():
    workflow = make.workflow()
    make.run(workflow=workflow)
    make.run("failed", workflow=workflow)
    make.run()
    counters.fold()

    line = workflowpages.buckets(workflow)

    assert (line.buckets["completed"], line.buckets["failed"], line.buckets["not_run"]) == (1, 1, 1)
    assert line.entities == 3
    assert workflowpages.buckets(make.workflow(key_type=None)) is None


def test_the_story_of_an_entry_says_who_changed_what_and_what_can_be_taken_back():
    by = make.triager(first_name="Ada", last_name="Ops")
    workflow = entries.register(Entry({"workflow_name": "news"}), by=by)
    first = entries.edit(workflow, Entry({"owner": "Data"}), by=by, version=workflow.version)
    workflow.refresh_from_db()
    second = entries.edit(workflow, Entry({"owner": "Ops"}), by=by, version=workflow.version)
    workflow.refresh_from_db()
    assert [one.undoable for one in workflowpages.story(workflow)] == [second, None, None]
    acts.take_back(second, by=by)
    # as plain SQL writes it: nobody is named
    attribution.attribute(by="")
    Workflow.objects.update(provider="clay")

    outside, undo, later, earlier, made = workflowpages.story(workflow)

    assert "outside change" in outside.words and outside.facts == ("provider:  → clay",)
    assert (made.words, made.actor) == ("Registered", "Ada Ops")
    assert earlier.facts == ("owner:  → Data",)
    assert (earlier.operation, later.operation) == (first.pk, second.pk)
    # what was taken back, and what others changed since, is offered no more
    assert (earlier.undoable, later.undoable, undo.undoable) == (None, None, None)
