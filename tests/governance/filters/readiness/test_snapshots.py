"""Which days that were kept: from one on, up to one."""

import pytest

from governance.filters.readiness.snapshots import SnapshotFilter
from governance.models import ReadinessSnapshot
from governance.services import snapshots
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.governance.transitions import days_ago

pytestmark = pytest.mark.django_db


def test_both_days_count_themselves():
    make.outreach()
    kept = snapshots.take(days_ago(0))
    text = f"after={kept.day}&before={kept.day}"

    found = SnapshotFilter.from_text(text, ReadinessSnapshot.objects.all())

    assert list(found.qs) == [kept]


@pytest.mark.parametrize("text", ["after=x", "after=2026-1-1", "before=20260101", "day=2026-01-01"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(BadRequest):
        SnapshotFilter.from_text(text, ReadinessSnapshot.objects.all()).check()
