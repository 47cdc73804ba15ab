"""Groups hold every open error once, and say what clearing them would do."""

from collections import Counter
from datetime import UTC

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import ErrorCount, HubError
from governance.queries.errors import groups
from outreach_admin.lists import tallies
from tests import make, sample

pytestmark = pytest.mark.django_db


def open_errors():
    return HubError.objects.open()


def key_of(error: HubError, grouping: str) -> tuple:
    return {
        "cause": (error.error_table_id, error.code, bytes(error.message_key)),
        "tries": (error.error_table_id, error.code, error.retry_count),
        "owner": (error.owner,),
        "expiry": (error.expires_at.astimezone(UTC).date(),),
    }[grouping]


@pytest.mark.parametrize("grouping", ["cause", "tries", "owner"])
@pytest.mark.parametrize("source", [ErrorCount, HubError])
def test_groups_are_the_real_counts(grouping, source):
    sample.of(150)

    found = groups.found_in(source.objects.all(), grouping, size=500)

    wanted = Counter(key_of(error, grouping) for error in open_errors())
    assert {group.key: group.rows for group in found.groups} == wanted
    assert (found.number, found.rows) == (len(wanted), open_errors().count())
    assert [group.rows for group in found.groups] == sorted(wanted.values(), reverse=True)
    assert groups.number_of(ErrorCount.objects.all(), grouping) == found.number


def test_days_of_expiry_come_in_order():
    sample.of(100)

    found = groups.found_in(HubError.objects.all(), "expiry", size=500)

    assert [group.key[0] for group in found.groups] == sorted(
        {key_of(error, "expiry")[0] for error in open_errors()}
    )
    assert sum(group.rows for group in found.groups) == open_errors().count()


def test_a_group_says_how_many_tries_are_used_and_what_is_parked():
    make.errors(3, retry_count=1, message="same")
    make.errors(2, retry_count=2, message="same")
    make.errors(1, message="same", disposition="PARKED")

    (group,) = groups.found_in(ErrorCount.objects.all(), "cause").groups

    assert (group.tries, group.parked, group.rows, group.categories) == (
        {0: 1, 1: 3, 2: 2},
        1,
        6,
        {"OPERATIONAL"},
    )


def test_pages_of_groups_follow_each_other():
    for n in range(7):
        make.errors(n + 1, message=f"cause {chr(97 + n) * 3}")

    pages = [
        groups.found_in(ErrorCount.objects.all(), "cause", after=after, size=3)
        for after in (0, 3, 6, 9)
    ]

    assert [[group.rows for group in page.groups] for page in pages] == [
        [7, 6, 5],
        [4, 3, 2],
        [1],
        [],
    ]
    assert {page.number for page in pages} == {7}


def test_counting_groups_from_rows_settles_for_at_least(monkeypatch):
    make.errors(8)
    monkeypatch.setattr(tallies, "AT_LEAST", 5)
    monkeypatch.setattr(tallies, "PATIENCE", 0.1)

    found = groups.found_in(HubError.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"]), "cause")

    assert (found.rows, found.at_least) == (5, True)


def test_days_are_read_in_one_query_from_an_index_that_holds_all_that_is_needed():
    sample.of(60)

    with CaptureQueriesContext(connection) as captured:
        groups.found_in(HubError.objects.all(), "expiry")

    (read,) = [query["sql"] for query in captured if "expiry_day" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute("SET LOCAL enable_bitmapscan TO off")
        cursor.execute(f"EXPLAIN {read}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Scan using error_cause" in plan or "Scan using error_open_expires" in plan


def test_the_counters_know_how_large_a_group_is_whatever_a_page_is_narrowed_to():
    make.errors(3, message="same")
    make.errors(2, message="same", disposition="PARKED")
    (group,) = groups.found_in(ErrorCount.objects.filter(disposition="PARKED"), "cause").groups

    assert group.rows == 2
    assert groups.sizes_of("cause", [group.key]) == {group.key: 5}
    assert groups.sizes_of("expiry", [group.key]) == {}
