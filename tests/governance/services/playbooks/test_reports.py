"""Reports of runs: built once, also when whoever should have built them died."""

import pytest

from governance.models import Report
from governance.services.operations import command_line, runner
from governance.services.playbooks import reports, run_plans, runs
from tests import make
from tests.governance.reports.reported import begun
from tests.governance.rules import PARK_TRIED, RESET, RETRY, approved, planned


@pytest.mark.django_db
def test_a_report_is_built_once():
    make.error()
    run = approved(RETRY)
    before = reports.ensure(run.pk)
    command_line.carry_out(run)

    first, second = reports.ensure(run.pk), reports.ensure(run.pk)

    assert before is None
    assert first == second
    assert Report.objects.count() == 1


@pytest.mark.django_db
def test_a_report_that_nobody_wrote_is_written_later():
    make.error()
    run = approved(RETRY)
    command_line.carry_out(run)
    other = planned({**RETRY, "max_retries": None})
    runs.discard(other, by=other.requester)

    assert reports.ensure_all() == 1
    assert Report.objects.get().run == run


@pytest.fixture
def done():
    for tries in (2, 0, 0):
        make.error(retry_count=tries)
    make.target("failed")
    run = approved(PARK_TRIED, RETRY, RESET)
    command_line.carry_out(run)
    return run


@pytest.mark.django_db
def test_an_undo_has_no_report_of_its_own(done):
    reports.ensure(done.pk)
    back = run_plans.undo(done, by=done.requester)
    command_line.carry_out(back, approved_by=make.manager())

    assert reports.ensure(back.pk) is None
    assert reports.ensure_all() == 0


@pytest.mark.django_db
def test_a_run_under_way_has_no_report_yet():
    run = begun()
    runner.finish(run.operations.get(position=0))

    assert reports.ensure(run.pk) is None
