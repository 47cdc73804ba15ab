"""Counters say what counting says, whatever happened in between."""

import random
from collections import Counter

import pytest
from django.db import connection
from django.http import QueryDict

from governance.filters.errors import ErrorFilter
from governance.models import ArchiveCount, ArchivedError, ErrorCount, HubError, Outreach
from governance.queries.errors import counts
from governance.services import counters
from governance.services.operations import plans
from governance.services.operations.runner import run
from outreach_admin.lists import tallies
from tests import make, sample

pytestmark = pytest.mark.django_db
CHANGES = (
    "SET disposition = 'RETRY' WHERE disposition IN ('PARKED', 'RESOLVED') AND retry_count = {n}",
    "SET disposition = 'RESOLVED', resolved_at = now() WHERE disposition = 'RETRY' AND severity = 'HIGH' AND retry_count = {n}",
    "SET owner = 'Team {n}' WHERE stage IS NULL AND retry_count <> {n}",
    "SET retry_count = retry_count + 1 WHERE retry_count = {n}",
    "SET ttl_tier = 'SHORT' WHERE ttl_tier = 'LONG' AND retry_count = {n}",
    "SET escalation_level = 3, escalated_at = now() WHERE disposition = 'PARKED' AND retry_count = {n}",
)
FILTERS = (
    "",
    "disposition=PARKED&disposition=RETRY",
    "hub=HUB-DOL",
    "severity=HIGH&stage=M1",
    "retry_count_min=2",
    "owner=Team+1&code=NO_MATCH",
)


def read(text: str) -> tuple[ErrorFilter, tallies.Cube]:
    filterset = ErrorFilter(QueryDict(text), HubError.objects.all())
    return filterset, counts.kept(filterset.beside_facets(ErrorCount.objects.all()))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_totals_and_facets_are_the_real_counts_after_random_updates(seed):
    draw = random.Random(seed)
    sample.of(120, seed=seed)
    for _ in range(8):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE governance_huberror {draw.choice(CHANGES).format(n=draw.randrange(4))}"
            )
        if draw.random() < 0.3:
            counters.fold()
    HubError.objects.filter(retry_count=draw.randrange(4), severity="LOW").delete()

    for text in FILTERS:
        filterset, cube = read(text)
        assert cube.total(filterset.wanted).count == filterset.qs.count()
        for name in set(ErrorFilter.facets) - {"hub"}:
            rows = filterset.without(name).qs.values_list(name, flat=True)
            counted = cube.by_facet(filterset.wanted).get(name, {})
            assert {value: tally.count for value, tally in counted.items()} == Counter(
                str(value) for value in rows if value is not None
            )


def test_the_hub_facet_follows_from_the_tables():
    make.errors(3, make.DOL)
    make.errors(2, make.PEOPLE)

    assert {hub: tally.count for hub, tally in read("")[1].by_facet({})["hub"].items()} == {
        "HUB-DOL": 3,
        "HUB-PEOPLE": 2,
    }


def test_rows_count_the_same_as_counters():
    sample.of(80)
    filterset = ErrorFilter(QueryDict("severity=HIGH&q=mail"), HubError.objects.all())

    taken = counts.taken(filterset.beside_facets(HubError.objects.all()), narrowed=filterset.qs)

    assert taken.total(filterset.wanted).count == filterset.qs.count() > 0
    assert not taken.at_least


def test_navigation_counts_open_errors_their_groups_the_archive_and_companies():
    make.errors(3, make.CT, message="mail gone")
    make.errors(2, make.CT, message="mail lost")
    make.errors(4, make.CT, disposition="RESOLVED")

    make.archived()

    figures = {"errors": 5, "groups": 2, "archive": 1}
    assert counts.navigation() == figures | {"companies": Outreach.objects.count()}


def test_the_archive_is_counted_through_archiving_restoring_and_purging():
    errors = make.errors(6, make.URL, disposition="RETRY")
    run(plans.make("archive", errors=errors[:4], by=make.triager(), reason="MANUAL"))
    run(plans.make("archive", errors=errors[4:], by=make.triager(), reason="SUPERSEDED"))
    run(
        plans.make(
            "restore", errors=ArchivedError.objects.filter(pk=errors[0].pk), by=make.triager()
        )
    )
    ArchivedError.objects.filter(pk=errors[1].pk).delete()
    ArchivedError.objects.filter(pk=errors[2].pk).update(archive_reason="RESOLVED")

    for _ in range(2):
        cube = counts.kept_archive(ArchiveCount.objects.all())
        assert {
            name: tally.count for name, tally in cube.by_facet({})["archive_reason"].items()
        } == {
            "SUPERSEDED": 2,
            "MANUAL": 1,
            "RESOLVED": 1,
        }
        assert cube.total({"hub": {"HUB-BLOG-001"}}).count == ArchivedError.objects.count() == 4
        counters.fold()


def test_all_counters_are_read_with_their_hubs_by_one_statement(django_assert_num_queries):
    sample.of(40, seed=4)
    known = counts.kept(ErrorCount.objects.all())
    counts.whole()

    with django_assert_num_queries(1):
        found = counts.whole.__wrapped__()

    assert found == known
    assert found.cells and {type(cell.rows) for cell in found.cells} == {int}
    assert len({cell.values["hub"] for cell in found.cells}) > 1


def test_counters_of_what_no_row_can_be_are_none():
    make.error()

    assert counts.kept(ErrorCount.objects.filter(code__in=[])).cells == []
