"""A form that is sent twice at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from enrichment.exceptions import AlreadyRegistered
from enrichment.models import Workflow
from enrichment.services import entries
from enrichment.services.entries import Entry, Flow
from tests import make

ENTRY = Entry(
    {"workflow_name": "company_news", "key_type": "company"},
    [Flow("raw", "raw.news", ("company_domain",))],
    ["news"],
)


def test_two_that_register_the_same_at_the_same_moment_make_one(committed_db):
    by = make.triager()
    ready = Barrier(2)

    def register(_):
        ready.wait(10)
        try:
            return entries.register(ENTRY, by=by).pk
        except AlreadyRegistered as there:
            return there.workflow.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as hands:
        made = set(hands.map(register, range(2)))

    assert made == {Workflow.objects.get().pk}
