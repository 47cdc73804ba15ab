"""Health says since when nothing was taken over from the warehouse."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from enrichment.models import EntitySync
from enrichment.queries import entities
from outreach_admin.watch import checks
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def part() -> str:
    check = next(one for one in checks.registered() if one.name == "entities")
    assert check.strains and check.means
    with reading(), connection.cursor() as cursor:
        return check.look(cursor)


def test_all_is_well_before_the_first_pass_and_after_a_recent_one():
    before = part()
    EntitySync.objects.create(entity_type="company", finished_at=timezone.now())

    assert (before, part()) == ("", "")


def test_a_pass_that_is_long_ago_is_told_with_its_reason():
    at = timezone.now() - timedelta(hours=4)
    EntitySync.objects.create(entity_type="person", finished_at=at, problem="It is away.")

    said = part()

    assert said == (
        "people were last taken over from the warehouse at "
        f"{datetime.strftime(at, '%Y-%m-%d %H:%M')} UTC: It is away."
    )


@pytest.mark.parametrize(
    ("given", "is_told"),
    [
        ({}, False),
        ({"rows": 9, "refused": 2}, True),
        ({"problem": "It is away."}, True),
    ],
)
def test_a_takeover_that_lacks_something_is_returned(given, is_told):
    EntitySync.objects.create(entity_type="company", **given)

    assert bool(entities.incomplete("company")) == is_told
    assert entities.incomplete("person") is None
