"""One operation over more than a million rows: planned, run and undone whole, in constant memory."""

import resource

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count

from governance.models import HubError, Operation
from governance.queries.operations import undo_groups
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering, undos
from tests.bench.backlogs import MILLION, backlog

pytestmark = pytest.mark.soak
ROWS = 77_545 * MILLION
PARKABLE = 35_197 * MILLION
MOST_KB_MORE = 32_768
# a sum, because no text holds a million rows
CHECKSUM = "SELECT sum(hashtextextended((to_jsonb(e) - 'version' - 'updated_at')::text, 0)::numeric) FROM governance_huberror e"


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    """A million errors, and those who plan and approve."""
    with django_db_blocker.unblock(), backlog(MILLION):
        yield User.objects.get(username="ops"), User.objects.get(username="manager")


def checksum():
    with connection.cursor() as cursor:
        cursor.execute(CHECKSUM)
        return cursor.fetchone()[0]


def outcomes(operation: Operation) -> dict[str, int]:
    return dict(operation.items.values_list("outcome").annotate(rows=Count("subject_id")))


def run(operation: Operation, people) -> int:
    """Have it approved and run it to its end; how many kB the process grew after the first chunks."""
    ops, manager = people
    if operation.gate:
        votes.approve(requests.make(operation, by=ops), by=manager)
    else:
        steering.start(operation, by=ops)
    for _ in range(10):
        runner.run_chunk(operation.pk)
    early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runner.finish(operation)
    operation.refresh_from_db()
    assert operation.state == Operation.State.DONE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early


@pytest.mark.parametrize(
    ("verb", "parameters", "eligible"),
    [("park", {"reason": "DATA_QUALITY"}, PARKABLE), ("assign", {"owner": "Platform team"}, ROWS)],
)
def test_every_row_is_accounted_for_and_comes_back_as_it_was(people, verb, parameters, eligible):
    before = checksum()

    operation = plans.make(
        verb, rows=HubError.objects.all(), by=people[0], filter="", scope="all", **parameters
    )
    grown = run(operation, people)

    assert operation.planned == ROWS
    assert outcomes(operation) == {
        name: rows for name, rows in (("applied", eligible), ("skipped", ROWS - eligible)) if rows
    }
    assert (
        operation.applied + operation.skipped + operation.failed + operation.cancelled
        == operation.planned
    )
    assert checksum() != before

    undo = undos.plan(operation, by=people[0])
    grown_by_undo = run(undo, people)

    assert undo_groups.groups(undo) == {
        "reverted": eligible,
        "changed_since": 0,
        "not_reversible": 0,
    }
    assert checksum() == before
    assert max(grown, grown_by_undo) <= MOST_KB_MORE
