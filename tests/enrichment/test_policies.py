"""Who may what in enrichment, and why not."""

import pytest

from enrichment import policies
from tests import make

pytestmark = pytest.mark.django_db


def test_triagers_managers_and_pipelines_write_runs_and_people_cancel_them():
    token, _ = make.token(pipeline="loader", scopes=["pipeline"])
    pipeline = token.account

    assert all(map(policies.may_open_runs, [make.triager(), make.manager(), pipeline]))
    assert not any(map(policies.may_open_runs, [make.viewer(), make.analyst()]))
    assert all(map(policies.may_cancel_runs, [make.triager(), make.manager()]))
    assert not any(map(policies.may_cancel_runs, [make.viewer(), pipeline]))


def test_who_is_switched_off_may_nothing():
    person = make.superuser()
    make.lose(person, "account")

    assert not policies.may_open_runs(person)
    assert not policies.may_cancel_runs(person)


@pytest.mark.parametrize("status", ["pending", "running"])
def test_an_open_run_can_be_cancelled(status):
    run = make.run(status)

    assert policies.cancel_blockers(run) == []
    assert policies.may_cancel(make.triager(), run)
    assert not policies.may_cancel(make.viewer(), run)


@pytest.mark.parametrize("status", ["completed", "failed", "skipped", "cancelled", "stale"])
def test_a_run_that_has_ended_cannot_be_cancelled(status):
    run = make.run(status)

    assert policies.cancel_blockers(run) == [f"This run has ended already: it is {status}."]
    assert not policies.may_cancel(make.triager(), run)


def test_those_who_triage_may_register_workflows_and_viewers_may_not():
    assert policies.may_register_workflows(make.triager())
    assert policies.may_register_workflows(make.manager())
    assert not policies.may_register_workflows(make.viewer())
    assert not policies.may_register_workflows(make.triager(is_active=False))
