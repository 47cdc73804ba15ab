"""What the groups read: counters where these know enough, else the rows."""

import pytest
from django.http import QueryDict

from governance.filters.errors import ErrorFilter
from governance.listings.groups import GroupListing
from governance.models import ErrorCount, HubError
from tests import make

pytestmark = pytest.mark.django_db


def listing(query: str = "", grouping: str = "cause", *, after: int = 0, size: int = 50):
    filterset = ErrorFilter(QueryDict(query), HubError.objects.all())
    return GroupListing(filterset, grouping, after=after, size=size)


@pytest.mark.parametrize(
    ("query", "grouping", "model"),
    [
        ("owner=jane", "cause", ErrorCount),
        ("owner=jane", "expiry", HubError),
        ("q=mail", "cause", HubError),
    ],
)
def test_counters_are_read_where_they_know_filter_and_grouping(query, grouping, model):
    assert listing(query, grouping).source.model is model


def test_pages_lie_beside_each_other():
    for number in range(5):
        make.error(owner=f"team {number}")

    first, last = (listing(grouping="owner", after=after, size=2) for after in (0, 4))

    assert (first.earlier, first.later) == (None, 2)
    assert (last.earlier, last.later) == (2, None)


def test_each_group_has_its_effect():
    make.error(owner="jane")
    found = listing(grouping="owner")

    assert found.effects[("jane",)].companies == 1
