"""Keys first, rows then: in order, one page after the other, whatever way finds the keys."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from outreach_admin.lists.keysfirst import KeysFirstPaginator

pytestmark = pytest.mark.django_db
User = get_user_model()


class PersonPaginator(KeysFirstPaginator):
    way = "_planned"

    def _keys(self, *, descending: bool, beyond: list[Any] | None) -> list[Any]:
        rows = User.objects.exclude(username="skipped")
        return getattr(self, self.way)(rows, descending=descending, beyond=beyond)


class GatheringPaginator(PersonPaginator):
    way = "_gathered"


def named(*names: str) -> None:
    User.objects.bulk_create(User(username=name) for name in names)


@pytest.mark.parametrize("kind", [PersonPaginator, GatheringPaginator])
@pytest.mark.parametrize(("sort", "order"), [("username", "abcd"), ("-username", "dcba")])
def test_both_ways_give_the_same_pages_forwards_and_back(kind, sort, order):
    named("c", "a", "skipped", "d", "b")
    pages = kind(User.objects.all(), sort=sort, size=3)

    first = pages.page()
    second = pages.page(after=first.after)

    assert [row.username for row in (*first.rows, *second.rows)] == list(order)
    assert pages.page(before=second.before).rows == first.rows


@pytest.mark.parametrize("kind", [PersonPaginator, GatheringPaginator])
def test_the_rows_beside_one_are_found_by_key(kind):
    named("a", "b", "skipped", "z")
    pages = kind(User.objects.all(), sort="username", size=1)
    a, b, z = (User.objects.get(username=name) for name in "abz")

    assert pages.neighbours(b) == (a.pk, z.pk)
    assert pages.neighbours(z) == (b.pk, None)
