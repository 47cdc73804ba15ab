"""What keeps companies back, by when it is of."""

from datetime import timedelta

import pytest
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from governance.models import Readiness
from governance.queries.companies import blocked
from tests import make

pytestmark = pytest.mark.django_db


def test_errors_and_violations_are_found_by_their_moment():
    now = timezone.now()
    old = make.error(created_at=now - timedelta(days=3)).outreach_id
    new = make.violation("V-SCOPE-001", at=now - timedelta(hours=1)).outreach_id
    make.error(disposition="RESOLVED", created_at=now - timedelta(hours=1))
    limit = now - timedelta(days=1)

    before, since = Q(since__lt=limit), Q(since__gte=limit)

    assert {row["outreach_id"] for row in blocked.ids(before)} == {old}
    assert {row["outreach_id"] for row in blocked.ids(since)} == {new}
    for when, company in ((before, old), (since, new)):
        errors, cases = blocked.of_company(OuterRef("pk"), when)
        found = Readiness.objects.filter(Exists(errors) | Exists(cases))
        assert [row.pk for row in found] == [company]
