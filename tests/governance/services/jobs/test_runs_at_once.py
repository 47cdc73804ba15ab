"""Several people who ask for a job at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from governance.exceptions import JobRefused
from governance.models import JobRun
from governance.services.jobs import runs
from tests import make

PEOPLE = 4


def test_of_several_who_ask_at_once_one_has_a_run_and_the_others_are_told_of_it(committed_db):
    people = [make.triager() for _ in range(PEOPLE)]
    ready = Barrier(PEOPLE)

    def ask(by):
        ready.wait(10)
        try:
            return runs.ask("daily", by=by).reference
        except JobRefused as refusal:
            return refusal.sentence
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        said = list(pool.map(ask, people))

    (made,) = JobRun.objects.filter(job="daily")
    assert said.count(made.reference) == 1
    assert said.count(f"{made} is under way.") == PEOPLE - 1
