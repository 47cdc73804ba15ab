"""What the database refuses about runs of playbooks, whoever asks."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from governance.models import Operation, PlaybookRun
from governance.services.approvals import requests
from governance.services.playbooks import run_plans, runs
from tests import make

RETRY = {
    "name": "Again",
    "error_table": make.CT,
    "codes": [],
    "min_retries": None,
    "max_retries": None,
    "verb": "retry",
    "parameters": {},
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    make.error()
    return run_plans.make(make.playbook([RETRY]), by=make.triager())


def refused(rows, **changed):
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        rows.update(**changed)
    return problem.value.__cause__.diag.constraint_name


def test_a_frozen_run_keeps_its_plan_hash_and_requester(run):
    rows = PlaybookRun.objects.filter(pk=run.pk)

    assert refused(rows, plan_hash="0" * 64) == "run_frozen"
    assert refused(rows, requester=make.triager()) == "run_frozen"


def test_a_gate_stays_on_a_run(run):
    assert refused(PlaybookRun.objects.filter(pk=run.pk), gate=None) == "run_gate_frozen"


def test_a_gated_run_cannot_begin_without_an_approval_in_use(run):
    rows = PlaybookRun.objects.filter(pk=run.pk)
    approval = requests.make(run, by=run.requester)
    PlaybookRun.objects.filter(pk=run.pk).update(state="approved")

    assert refused(rows, state="running") == "run_approval_required"
    assert approval.state == "pending"


def test_an_ended_run_stays_ended(run):
    runs.discard(run, by=run.requester)

    assert refused(PlaybookRun.objects.filter(pk=run.pk), state="planned") == "run_machine"


def test_no_operation_joins_a_run_whose_plan_is_frozen(run):
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        make.operation(playbook_run=run, requester=run.requester)

    assert problem.value.__cause__.diag.constraint_name == "run_frozen"
    assert Operation.objects.count() == 1


def test_runs_are_never_deleted(run):
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        PlaybookRun.objects.filter(pk=run.pk)._raw_delete("default")
