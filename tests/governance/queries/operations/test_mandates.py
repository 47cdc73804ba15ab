"""One query says before each chunk what the policies say at length."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance import policies
from governance.models import Approval, Operation
from governance.queries.operations import mandates
from governance.services.approvals import requests, votes
from governance.services.operations import steering
from tests import make
from tests.governance.services.approvals.asked import operation_of, requested, two_needed

pytestmark = pytest.mark.django_db
RIGHTS = ("governance.vote_approval", "governance.run_operation", "governance.park_huberror")


def in_use(*, quorum=1):
    """An operation under way with the approval that it used."""
    if quorum == 2:
        two_needed()
    approval = requested()
    for _ in range(quorum):
        votes.approve(approval, by=make.manager())
    return operation_of(approval)


def said_by_policies(operation):
    found = Operation.objects.get(pk=operation.pk)
    return not policies.run_blockers(found.doer, found) + policies.in_use_blockers(found)


@pytest.mark.parametrize("quorum", [1, 2])
@pytest.mark.parametrize("loss", ["group", "account"])
@pytest.mark.parametrize("who", [None, "actor", "voter"])
def test_it_says_what_the_policies_say(who, loss, quorum):
    operation = in_use(quorum=quorum)
    people = {"actor": operation.requester, "voter": operation.approvals.get().votes.first().voter}
    if who:
        make.lose(people[who], loss)

    assert mandates.holds(operation) is said_by_policies(operation) is (who is None)


def test_a_new_approval_counts_beside_the_one_that_was_lost():
    operation = in_use()
    make.lose(operation.approvals.get().votes.get().voter, "account")
    steering.pause(operation, by=operation.requester)
    renewal = requests.make(operation, by=operation.requester)

    waiting = mandates.holds(operation)
    votes.approve(renewal, by=make.manager())

    assert (waiting, mandates.holds(operation)) == (False, True)


def test_a_pending_approval_and_none_hold_nothing():
    operation = operation_of(requested())

    assert not mandates.holds(operation)
    assert mandates.holds(make.operation())
    assert Approval.objects.get().state == "pending"


def test_it_costs_one_query():
    operation = in_use(quorum=2)

    with CaptureQueriesContext(connection) as seen:
        assert mandates.holds(operation)

    # the rest is what lets queries of tests only read
    assert sum(one["sql"].startswith("SELECT") for one in seen) == 1


@pytest.mark.parametrize("right", RIGHTS)
def test_the_database_knows_rights_as_django_does(right):
    by_himself = make.user()
    codename = right.partition(".")[2]
    by_himself.user_permissions.add(Permission.objects.get(codename=codename))
    somebody = [
        by_himself,
        make.triager(),
        make.manager(),
        make.viewer(),
        make.superuser(),
        make.manager(is_active=False),
        make.superuser(is_active=False),
    ]

    for person in somebody:
        assert has_right(person, right) is person.has_perm(right), person


def has_right(person, right):
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance.has_right(%s, %s)", [person.pk, right])
        return cursor.fetchone()[0]
