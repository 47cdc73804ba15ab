"""What requests for approval can be filtered by."""

from types import SimpleNamespace

import pytest
from django.utils.http import urlencode

from governance.filters.approvals import ApprovalFilter
from governance.models import Approval
from governance.services.approvals import requests, votes
from governance.services.operations import plans
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def asked(by) -> Approval:
    plan = plans.make("resolve", errors=[make.error()], by=by, note="fixed")
    return requests.make(plan, by=by)


def found(reader, **given: object) -> set[Approval]:
    request = SimpleNamespace(user=reader)
    text = urlencode(given)
    return set(ApprovalFilter.from_text(text, Approval.objects.all(), request=request).qs)


def test_the_lists_are_those_of_the_inbox():
    make.policy(verbs=["resolve"])
    triager, manager = make.triager(), make.manager()
    waiting, refused, own = asked(triager), asked(triager), asked(manager)
    votes.reject(refused, by=manager, comment="No.")

    assert found(manager, list="due") == {waiting}
    assert found(triager, list="due") == set()
    assert found(manager, list="mine") == {own}
    assert found(manager, list="decided") == {refused}
    assert found(manager, list="expired") == set()


def test_requests_are_found_by_state_asker_and_plan():
    make.policy(verbs=["resolve"])
    triager, manager = make.triager(), make.manager()
    one, other = asked(triager), asked(manager)

    assert found(manager, requester=manager.username) == {other}
    assert found(manager, operation=one.operation_id) == {one}
    assert found(manager, state="pending") == {one, other}
    assert found(manager, run=1) == set()


def test_a_list_that_the_inbox_has_not_is_refused():
    with pytest.raises(BadRequest):
        found(make.viewer(), list="all")
