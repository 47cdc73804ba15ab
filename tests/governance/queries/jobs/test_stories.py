"""What a run did, for its page."""

import pytest

from governance.models import JobRun, OpenedGate, Schedule
from governance.queries.jobs import stories
from governance.services.jobs import registry, runs
from tests import make

pytestmark = pytest.mark.django_db


def told(run: JobRun) -> stories.Matrix:
    return stories.matrix(run, list(stories.steps(run)))


def counted(cells: list[stories.Cell]) -> list[int | str]:
    return [cell.instead or cell.rows for cell in cells]


def test_rows_are_told_by_table_and_step_with_their_sums():
    make.error(retry_count=3)
    run = runs.run("daily", trigger="command", started_by="root")

    found = told(run)

    assert counted(found.sums) == [0, 1, 0, 0]
    tables = {name: counted(cells) for name, cells in found.tables}
    assert tables[make.CT] == [0, 1, 0, 0]
    assert tables[make.URL] == [0, "not allowed", 0, 0]
    assert (len(tables), found.is_by_table) == (5, True)
    assert [step.state for step in found.steps] == ["done"] * 4


def test_a_table_that_is_left_out_has_no_count():
    Schedule.objects.in_force().filter(job="daily").update(leaves_out=[make.CT])
    found = told(runs.run("daily", trigger="command", started_by="root"))

    assert counted(dict(found.tables)[make.CT]) == ["left out"] * 4
    assert counted(found.sums) == [0, 0, 0, 0]


def test_what_a_step_has_not_counted_is_said_in_words():
    run = runs.claim("daily", trigger="schedule", started_by="schedule")
    run.steps.filter(position=0).update(state="failed")

    found = told(run)

    assert counted(found.sums) == ["failed", "not yet", "not yet", "not yet"]
    assert counted(dict(found.tables)[make.CT]) == ["failed", "not yet", "not yet", "not yet"]


def test_work_of_another_kind_counts_its_own(monkeypatch):
    sweep = registry.Job("sweep", "Sweep", "Sweeps.", work=lambda at: {"files": 3})
    monkeypatch.setitem(registry.JOBS, "sweep", sweep)

    found = told(runs.run("sweep", trigger="person", started_by="ops"))

    assert [(name, counted(cells)) for name, cells in found.tables] == [("files", [3])]
    assert (counted(found.sums), found.is_by_table) == ([3], False)


def test_of_many_gates_some_are_shown_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(stories, "GATES_SHOWN", 2)
    run, other = (
        runs.claim(job, trigger="schedule", started_by="s") for job in ("daily", "weekly")
    )
    one = make.promotable()
    OpenedGate.objects.create(run=other, outreach=one, opens_outreach=True)
    for company in (one, make.promotable(), make.promotable()):
        OpenedGate.objects.create(run=run, outreach=company, opens_outreach=True)

    shown, opened = stories.gates(run)

    assert (len(shown), opened, shown[0].domain) == (2, 3, one.domain)
    assert stories.gates(other)[1] == 1 and stories.all_gates().count() == 4
