"""What a list reads under one filter, where nothing is counted ahead."""

import pytest
from django.http import QueryDict

from outreach_admin.lists.listings import Listing
from outreach_admin.lists.tallies import Tally
from tests import make
from tests.outreach_admin.ui.people import PersonFilter, User

pytestmark = pytest.mark.django_db


def listing(query: str) -> Listing:
    return Listing(PersonFilter(QueryDict(query), User.objects.all()))


def test_rows_are_read_in_order_and_counted():
    people = [make.viewer(last_name=name) for name in ("clark", "adams")]
    make.viewer(last_name="baker")
    found = listing("last_name=clark&last_name=adams")

    page = found.paginator(sort="last_name", size=5).page()

    assert page.rows == people[::-1]
    assert found.total() == Tally(2) and not found.is_counted


def test_a_facet_leaves_its_own_choice_out():
    for name in ("clark", "adams", "adams"):
        make.viewer(last_name=name)

    counts = listing("last_name=clark").facet_counts("last_name")

    assert counts == {"clark": Tally(1), "adams": Tally(2)}
