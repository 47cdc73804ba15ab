"""A policy is never overwritten: each change is its next version."""

import pytest

from governance.models import ApprovalPolicy, Event
from governance.services.approvals import policies, requests
from tests import make
from tests.governance.services.approvals.asked import planned, requested

pytestmark = pytest.mark.django_db


def archiving() -> ApprovalPolicy:
    return ApprovalPolicy.objects.get(name="ARCHIVE-BLOCKING", is_active=True)


def revised(**changes) -> ApprovalPolicy:
    policy = archiving()
    for name, value in changes.items():
        setattr(policy, name, value)
    return policies.revise(policy, by=make.admin())


def test_a_change_becomes_the_next_version_and_the_old_one_stays_as_it_was():
    old = archiving()

    new = revised(quorum=2, hours_valid=8)

    assert (new.version, new.is_active, new.quorum) == (old.version + 1, True, 2)
    old.refresh_from_db()
    assert (old.is_active, old.quorum) == (False, 1)
    assert archiving() == new


def test_requests_keep_the_version_they_were_asked_under():
    before, operation = requested(), planned()

    revised(quorum=2)
    after = requests.make(operation, by=operation.requester)

    before.refresh_from_db()
    assert (before.quorum, after.quorum) == (1, 2)
    assert before.policy["version"] + 1 == after.policy["version"]


def test_a_policy_that_was_given_up_gets_its_number_after_the_newest():
    first = archiving()
    revised(quorum=2)
    first.refresh_from_db()

    again = policies.revise(first, by=make.admin())

    assert (again.version, again.quorum) == (3, 1)
    assert ApprovalPolicy.objects.filter(name=again.name, is_active=True).count() == 1


def test_who_changed_it_is_in_the_history():
    person = make.admin()

    policies.revise(archiving(), by=person)

    found = Event.objects.filter(reason="approval policy")
    assert found.exists()
    assert set(found.values_list("actor", "channel")) == {(person.username, "browser")}


def test_what_a_policy_covers_is_said_from_its_figures():
    """A sentence written by hand went on saying 500 after the limit became 600."""
    bulk = ApprovalPolicy.objects.get(name="BULK-ROWS", is_active=True)
    bulk.over_rows = 600

    changed = policies.revise(bulk, by=make.admin())

    assert changed.covers == "to change more than 600 rows"
    assert changed.snapshot()["covers"] == changed.covers


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"verbs": ["archive"], "only_blocking": True}, "to archive rows that block promotion"),
        (
            {"verbs": ["park", "set_ttl"], "over_rows": 1200},
            "to park or set ttl more than 1,200 rows",
        ),
        ({}, "to change any row"),
        ({"subject": "playbook_run", "over_rows": 5}, "to run a playbook"),
    ],
)
def test_every_kind_of_policy_says_what_it_covers(given, said):
    assert ApprovalPolicy(**given).covers == said
