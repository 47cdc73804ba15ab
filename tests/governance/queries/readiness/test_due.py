"""Companies that wait too long to be counted anew are told."""

import pytest
from django.db import connection

from governance.queries.readiness import due
from tests import make, owner

pytestmark = pytest.mark.django_db
LATER = "UPDATE governance.readiness_due SET at = at - interval '6 minutes'"


def said() -> str:
    with connection.cursor() as cursor:
        return due.problem(cursor)


def test_who_waits_longer_than_housekeeping_takes_is_told():
    first, second = make.outreach().pk, make.outreach().pk
    owner.leaves(first)
    assert said() == ""
    owner.runs(LATER)
    assert said() == "1 company has waited for over five minutes to be counted anew"
    owner.leaves(first, second)
    owner.runs(LATER)

    assert said() == "2 companies have waited for over five minutes to be counted anew"
