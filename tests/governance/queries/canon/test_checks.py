"""What is before a report, and what has changed since."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import CheckedRepository
from governance.queries.canon import checks
from tests.checked import ago, finding, kept, over_time, unreadable, waived
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def names(rows):
    return sorted(row.name for row in rows)


def test_what_is_open_now_and_was_not_before_is_opened():
    _, now = over_time(
        [finding("lxml"), finding("bs4")],
        [finding("lxml", line=90), finding("scrapy"), waived("bs4")],
    )

    with reading():
        assert {row.name: row.change for row in checks.within(now)} == {
            "lxml": "same",
            "scrapy": "new",
            "bs4": "new",
        }
        assert checks.changes(now) == {"opened": 1, "closed": 1, "newly_waived": 1}


def test_one_more_of_the_same_is_the_one_that_is_new():
    twice = [finding(line=1), finding(line=5)]
    _, now, later = over_time(twice, [*twice, finding(line=9)], twice)

    with reading():
        assert [(row.line, row.change) for row in checks.within(now).order_by("place")] == [
            (1, "same"),
            (5, "same"),
            (9, "new"),
        ]
        assert [row.line for row in checks.closed(later)] == [9]


def test_of_what_is_closed_it_is_said_what_became_of_it():
    before = [
        finding(name, file=file)
        for name, file in [
            ("lxml", "a.py"),
            ("bs4", "b.py"),
            ("scrapy", "c.py"),
            ("selenium", "d.py"),
        ]
    ]
    _, now = over_time(
        before,
        [
            waived("bs4", file="b.py"),
            finding("scrapy", file="c.py", state="in the baseline"),
            unreadable("d.py"),
        ],
    )

    with reading():
        assert {row.name: row.now for row in checks.closed(now)} == {
            "lxml": "gone",
            "bs4": "waived",
            "scrapy": "in the baseline",
            "selenium": "unreadable",
        }


def test_what_is_open_adds_up_whatever_is_found_when():
    reports = over_time(
        [],
        [finding(), finding(), waived()],
        [finding(), waived(), waived()],
        [finding("bs4"), finding(), finding(), finding()],
        [waived("bs4")],
    )

    for before, now in itertools.pairwise(reports):
        now.refresh_from_db()
        assert now.before_id == before.pk
        assert now.open == before.open + now.opened - now.closed
        assert now.opened == checks.within(now).filter(state="open", change="new").count()


def test_a_first_report_is_set_against_none():
    only = kept(finding())

    assert checks.preceding(only) is None and checks.following(only) is None
    assert [row.change for row in checks.within(only)] == ["first"]
    assert set(checks.changes(only).values()) == {None}
    assert not checks.closed(only).exists()


def test_waivers_that_end_within_two_weeks_of_the_check_are_marked():
    day = timezone.now().date()
    near, far = (day + timedelta(days=left) for left in (13, 16))
    report = kept(waived("lxml", str(near)), waived("bs4", str(far)), finding("scrapy"))

    assert names(checks.within(report).filter(ends_soon=True)) == ["lxml"]
    assert report.ending == 1


def test_repositories_come_with_their_last_report_and_their_trend():
    over_time([finding()], [finding(), finding("bs4")], [])
    kept(finding(), repository="acme/other", refusal="Gone.", findings=[], summary={})

    with reading():
        shown = list(checks.repositories().order_by("name"))
        trends = checks.trends([one.pk for one in shown])

    assert [(one.name, one.last.open) for one in shown] == [("acme/ingest", 0), ("acme/other", 0)]
    # one that could not look has counted nothing
    assert trends == {shown[0].pk: [1, 2, 0]}


def test_a_trend_is_of_the_branch_of_the_last_report_and_of_its_last_reports():
    kept(*[finding()] * 40, branch="wild", checked_at=ago(days=30))
    over_time(*[[finding()] * number for number in range(15)])

    [repository] = checks.repositories()
    assert checks.trends([repository.pk])[repository.pk] == list(range(3, 15))
    assert [one.open for one in checks.past(repository, "main", 2)] == [14, 13]


def test_trends_cost_one_query_for_any_number():
    keys = []
    for number in range(3):
        kept(finding(), repository=f"acme/{number}")
        keys = list(CheckedRepository.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        checks.trends(keys)

    # the others are of the savepoint that refuses writes
    assert len([one for one in asked if "LATERAL" in one["sql"]]) == 1


def test_reports_from_before_a_moment_are_due_but_for_the_last():
    old, last = over_time([], [])
    lonely = kept(repository="acme/other", checked_at=ago(days=300))

    later = timezone.now() + timedelta(days=1)

    assert list(checks.due(later)) == [old]
    assert not checks.due(old.checked_at).exists()
    assert {last.pk, lonely.pk} == set(CheckedRepository.objects.values_list("last", flat=True))
