"""The jobs that look after the console: each alone, each with a run that says what it did."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import (
    JobRun,
    ReadinessCheck,
    ReadinessSnapshot,
    ReconciliationCheck,
    TokenRefusal,
)
from governance.queries.jobs import totals
from governance.services import tokens
from governance.services.jobs import registry, runs, upkeep
from tests import make, owner

pytestmark = pytest.mark.django_db


def ran(job: str, *, is_dry: bool = False) -> JobRun:
    return runs.run(job, trigger="command", started_by="root", is_dry=is_dry)


def test_what_differs_is_counted_and_kept_unless_the_run_is_dry():
    owner.corrupts(make.promotable().pk, filled_slots=0)

    dry, real = ran("readiness_check", is_dry=True), ran("readiness_check")

    said = {"readiness_check": {"companies that differ": 1}}
    assert totals.by_job(dry) == totals.by_job(real) == said
    assert ReadinessCheck.objects.get().differing == 1
    assert totals.by_job(ran("reconciliation")) == {"reconciliation": {"tables that differ": 0}}
    assert ReconciliationCheck.objects.get().is_exact


def test_a_dry_run_of_each_changes_nothing():
    names = [job.name for job in upkeep.JOBS]

    found = [ran(name, is_dry=True) for name in names]

    assert {run.state for run in found} == {"done"}
    kept = (ReadinessCheck, ReadinessSnapshot, ReconciliationCheck)
    assert not any(model.objects.exists() for model in kept)


def test_one_that_fails_keeps_no_other_from_its_turn(monkeypatch):
    now = timezone.now()
    TokenRefusal.objects.create(reason="unknown", hour=now - timedelta(days=91))
    dry = ran(upkeep.TIDY_UP, is_dry=True)

    def fail(at):
        raise RuntimeError("no disk")

    broken = registry.JOBS["delete_files"]
    monkeypatch.setitem(registry.JOBS, "delete_files", replace(broken, work=fail))
    real = ran(upkeep.TIDY_UP)

    assert totals.by_job(dry)["forget_refused_tokens"] == {"refusals": 1}
    assert (real.state, real.fault) == ("done_in_part", "RuntimeError: no disk")
    assert totals.by_job(real)["forget_refused_tokens"] == {"refusals": 1}
    assert not TokenRefusal.objects.exists()


def test_what_is_done_in_turns_is_done_to_its_end(monkeypatch):
    monkeypatch.setattr(tokens, "AT_ONCE", 2)
    old = timezone.now() - timedelta(days=91)
    for hours in range(5):
        TokenRefusal.objects.create(reason="unknown", hour=old - timedelta(hours=hours))

    assert totals.by_job(ran("forget_refused_tokens")) == {"forget_refused_tokens": {"refusals": 5}}
