"""An operation or run whose row somebody holds: who steers it learns whose session that is."""

import pytest
from django.db import transaction

from governance.exceptions import StateRefused
from governance.services.approvals import requests
from governance.services.operations import records
from governance.services.playbooks import runs
from tests import make
from tests.governance.rules import RETRY, planned
from tests.governance.services.operations import broken


@pytest.mark.parametrize("kind", ["operation", "run"])
def test_what_a_session_holds_is_refused_with_its_name(committed_db, monkeypatch, kind):
    monkeypatch.setattr(records, "LOCK_WAIT", "200ms")
    make.error()
    run = planned(RETRY)
    subject = run if kind == "run" else run.operations.get()
    hold = f"SELECT FROM {subject._meta.db_table} WHERE id = %s FOR UPDATE"

    with (
        broken.held(hold, subject.pk),
        pytest.raises(StateRefused, match=f"{subject} is held by .*{broken.NIGHTLY} since 20"),
        transaction.atomic(),
    ):
        records.locked(subject)

    with transaction.atomic():
        assert records.locked(subject) == subject


@pytest.mark.parametrize("act", [runs.start, runs.cancel, runs.discard, requests.make])
def test_whoever_steers_a_run_that_a_session_holds_learns_whose_it_is(
    committed_db, monkeypatch, act
):
    monkeypatch.setattr(records, "LOCK_WAIT", "200ms")
    make.error()
    run = planned(RETRY)

    with (
        broken.held("SELECT FROM governance_playbookrun WHERE id = %s FOR UPDATE", run.pk),
        pytest.raises(StateRefused, match=broken.NIGHTLY),
    ):
        act(run, by=run.requester)
