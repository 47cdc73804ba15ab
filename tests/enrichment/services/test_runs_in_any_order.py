"""Openings, beats, results and the reaper in every order: the state is the same."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from enrichment.models import Run, State
from enrichment.services import reaper, runs
from enrichment.services.accounts import Origin, Result
from governance.exceptions import StateRefused
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()
FIRST, SECOND = UUID(int=1), UUID(int=2)
START = {FIRST: NOW - timedelta(minutes=50), SECOND: NOW - timedelta(minutes=40)}
END = {FIRST: NOW - timedelta(minutes=30), SECOND: NOW - timedelta(minutes=35)}
ENDS = ("completed", "failed")


class Story:
    """Two runs of one entity as their workers tell them; a worker goes on whatever it is answered."""

    def __init__(self) -> None:
        self.by = make.triager()
        self.workflow = make.workflow(fresh_days=0, empty_fresh_days=0)

    def origin(self, run: UUID) -> Origin:
        return Origin(
            workflow=self.workflow.workflow_name,
            entity="ironclad.com",
            started_at=START[run],
        )

    def tell(self, what: str, run: UUID, status: str) -> None:
        origin = self.origin(run)
        if what == "open":
            runs.open(origin, by=self.by, run_id=run)
        elif what == "beat":
            runs.beat(run, by=self.by, origin=origin)
        elif what == "close":
            result = Result(status=status, completed_at=END[run], records_out=1)
            runs.close(run, result, by=self.by, origin=origin)
        else:
            reaper.reap(at=timezone.now() + timedelta(minutes=20))


STEPS = [
    *((what, run) for run in (FIRST, SECOND) for what in ("open", "beat", "close")),
    ("reap", FIRST),
    ("reap", SECOND),
]


@given(
    order=st.permutations(STEPS),
    again=st.lists(st.sampled_from(STEPS), max_size=4),
    ends=st.tuples(st.sampled_from(ENDS), st.sampled_from(ENDS)),
)
@settings(max_examples=60, deadline=None)
def test_two_runs_leave_the_same_state_in_whatever_order_they_are_told(order, again, ends):
    said = dict(zip((FIRST, SECOND), ends, strict=True))
    with transaction.atomic():
        story = Story()
        for what, run in [*order, *again]:
            with suppress(StateRefused):
                story.tell(what, run, said[run])
            assert Run.objects.filter(status__in=["pending", "running"]).count() <= 1

        state = State.objects.get(workflow=story.workflow)
        kept = {run.pk: (run.status, run.ran_at, run.completed_at) for run in Run.objects.all()}
        transaction.set_rollback(True)

    assert (state.status, state.run_id) == (said[SECOND], SECOND)
    assert kept == {run: (said[run], START[run], END[run]) for run in (FIRST, SECOND)}
    successes = [run for run in (SECOND, FIRST) if said[run] == "completed"]
    assert state.success_id == (successes[0] if successes else None)


@given(order=st.permutations([("open", FIRST), ("beat", FIRST), ("beat", FIRST)]))
@settings(max_examples=10, deadline=None)
def test_a_run_that_has_no_result_yet_is_running_whatever_came_first(order):
    with transaction.atomic():
        story = Story()
        for what, run in order:
            story.tell(what, run, "")
        run = Run.objects.get()
        transaction.set_rollback(True)

    assert (run.status, run.ran_at) == ("running", START[FIRST])
