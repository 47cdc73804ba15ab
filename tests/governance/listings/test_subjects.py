"""Lists of errors, archived errors and companies: counters and rows say the same."""

import pytest
from django.http import QueryDict

from governance import subjects
from outreach_admin.lists.tallies import Tally
from tests import make

pytestmark = pytest.mark.django_db

# one filter that the counters know, one that they do not
FILTERS = {
    "error": ("error_table=people.people_errors", "q=Slot"),
    "archive": ("error_table=people.people_errors", "kept_before=2100-01-01T00:00Z"),
    "company": ("ct_status=failed", "q=example"),
}
SORTS = {"error": "-created_at", "archive": "-archived_at", "company": "company_name"}


def listing(name: str, query: str):
    subject = subjects.named(name)
    filterset = subject.resolve("filterset")(QueryDict(query), subject.rows)
    return subject.resolve("listing")(filterset)


@pytest.fixture(autouse=True)
def some_of_each():
    make.errors(3, make.PEOPLE)
    make.errors(2, make.CT)
    for _ in range(3):
        make.archived(make.PEOPLE, message="Slot empty")
    make.target()


@pytest.mark.parametrize("name", FILTERS)
def test_number_pages_and_facets_agree_with_the_rows(name):
    for query in FILTERS[name]:
        found = listing(name, query)
        expected = found.filterset.qs.count()

        page = found.paginator(sort=SORTS[name], size=100).page()

        assert expected and found.total() == Tally(expected)
        assert len(page.rows) == expected
        facet = found.filterset.facets[0]
        assert sum(tally.count for tally in found.facet_counts(facet).values()) >= expected


@pytest.mark.parametrize("name", FILTERS)
def test_what_the_counters_know_is_not_counted_anew(name):
    counted, searched = FILTERS[name]

    assert listing(name, counted).is_counted
    assert not listing(name, searched).is_counted
