"""Which companies moved between two days, and what is known of each."""

import uuid

import pytest

from governance.models import ReadinessSnapshot, Reason, Tier
from governance.queries.readiness import snapshots as kept
from governance.services import snapshots
from outreach_admin.exceptions import BadRequest
from tests.governance.transitions import MISSING, came_and_went, days_ago, moved


@pytest.mark.django_db
def test_companies_that_stand_otherwise_are_found_by_their_net_change():
    pending = (Tier.NOT_READY, Reason.CT_PENDING)
    went, there_and_back, new = came_and_went(came=6, went=3), uuid.uuid4(), uuid.uuid4()
    moved(there_and_back, 6, None, MISSING)
    moved(there_and_back, 3, MISSING, pending)
    moved(there_and_back, 2, pending, MISSING)
    moved(new, 3, None, MISSING)
    moved(new, 2, MISSING, pending)
    for days in (4, 1):
        snapshots.take(days_ago(days))

    found = kept.moved(days_ago(4), days_ago(1))

    assert {one.outreach_id: one[1:] for one in found} == {
        went: (MISSING[0], None, MISSING[1], None),
        new: (None, pending[0], None, pending[1]),
    }


@pytest.mark.django_db
def test_days_that_cannot_be_compared_are_refused():
    came_and_went(came=6, went=3)
    for days in (4, 1):
        snapshots.take(days_ago(days))

    with pytest.raises(BadRequest, match="is not before"):
        kept.moved(days_ago(1), days_ago(4))
    with pytest.raises(BadRequest, match=f"no snapshot of {days_ago(3)}"):
        kept.moved(days_ago(4), days_ago(3))
    ReadinessSnapshot.objects.filter(day=days_ago(4)).update(definition=0)
    with pytest.raises(BadRequest, match="cannot be compared"):
        kept.moved(days_ago(4), days_ago(1))
