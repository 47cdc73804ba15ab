"""What a run did, for its page."""

import pytest

from governance.models import OpenedGate
from governance.queries.jobs import stories
from governance.services.jobs import registry, runs
from tests import make

pytestmark = pytest.mark.django_db


def test_rows_are_told_by_table_and_job_with_their_sums():
    make.error(retry_count=3)
    run = runs.run("daily", trigger="command", started_by="root")

    told = stories.matrix(run)

    assert told.sums == [0, 1, 0]
    assert dict(told.tables)[make.CT] == [0, 1, 0]
    assert len(told.tables) == 5
    assert [step.state for step in stories.steps(run)] == ["done"] * 4


def test_work_of_another_kind_counts_its_own(monkeypatch):
    sweep = registry.Job("sweep", "Sweep", "Sweeps.", work=lambda at: {"files": 3})
    monkeypatch.setitem(registry.JOBS, "sweep", sweep)

    told = stories.matrix(runs.run("sweep", trigger="person", started_by="ops"))

    assert told == (["sweep"], [("files", [3])], [3])


def test_of_many_gates_some_are_shown_and_the_rest_counted(monkeypatch):
    monkeypatch.setattr(stories, "GATES_SHOWN", 2)
    run = runs.claim("daily", trigger="schedule", started_by="schedule")
    for _ in range(3):
        OpenedGate.objects.create(run=run, outreach=make.promotable(), opens_outreach=True)

    shown, more = stories.gates(run)

    assert (len(shown), more) == (2, 1)
