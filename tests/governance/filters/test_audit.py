"""What audit entries can be filtered by."""

import pytest
from django.utils.http import urlencode

from governance.filters.audit import AuditFilter
from governance.models import Event
from governance.services.operations import plans, runner
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def count(**given: object) -> int:
    return AuditFilter.from_text(urlencode(given), Event.objects.all()).qs.count()


def test_events_are_found_by_action_actor_operation_and_company():
    make.error()
    error = make.error()
    operation = plans.make("park", errors=[error], by=make.triager(), reason="DATA_QUALITY")
    runner.run(operation)

    assert count(action="PARK") == 1
    assert count(operation=operation.pk) == 1
    assert count(actor=operation.requester.username) == 1
    assert count(actor="somebody") == 0
    assert count(outreach_id=error.outreach_id, action="PARK") == 1


def test_since_includes_its_moment_and_until_excludes_it():
    make.error()
    at = Event.objects.latest("id").at.isoformat()

    assert count(since=at) == 1
    assert count(until=at) == Event.objects.count() - 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("operation=0", "operation"),
        ("operation=x", "operation"),
        (f"operation={2**63}", "operation"),
        ("outreach_id=7", "outreach_id"),
        ("since=yesterday", "since"),
        ("actor=%00", "actor"),
        ("action=", "action"),
        ("colour=red", "colour"),
    ],
)
def test_what_cannot_be_read_is_refused_naming_the_key(text, key):
    with pytest.raises(BadRequest, match=f"“{key}”"):
        AuditFilter.from_text(text, Event.objects.all())
