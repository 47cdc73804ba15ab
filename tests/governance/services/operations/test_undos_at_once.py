"""Undos that two people ask for at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from governance.exceptions import StateRefused
from governance.models import Operation
from governance.services.operations import plans, runner, undos
from tests import make


@pytest.mark.usefixtures("committed_db")
def test_two_people_who_undo_at_the_same_moment_plan_it_once():
    operation = plans.make("park", errors=make.errors(50), by=make.triager(), reason="DATA_QUALITY")
    runner.run(operation)
    together = Barrier(4)

    def undo(_):
        try:
            together.wait(10)
            return undos.plan(Operation.objects.get(pk=operation.pk), by=operation.requester)
        except StateRefused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(undo, range(4)))

    assert sorted(type(one).__name__ for one in found) == [
        "Operation",
        "StateRefused",
        "StateRefused",
        "StateRefused",
    ]
    assert operation.undos.count() == 1
