"""Everything that ever happened to a company, a page at a time."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import TierTransition
from governance.queries.companies import timeline
from outreach_admin.exceptions import BadRequest
from tests import make, owner

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 8, tzinfo=UTC)
# so many events of one company, all of one moment where `spread` is 0
EVENTS = """
    INSERT INTO governance_event (at, txid, db_user, action, subject_type, subject_id, outreach_id)
    SELECT %(at)s + n * %(spread)s * interval '1 second', 1, 'x', 'UPDATE', 'outreach.dol',
        gen_random_uuid(), %(company)s
    FROM generate_series(1, %(rows)s) n"""


def events(company, rows: int, *, spread: int = 1) -> None:
    given = {"at": AT, "spread": spread, "company": company, "rows": rows}
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, given)


def transitions(company, rows: int) -> None:
    for _ in range(rows):
        owner.inserts(
            TierTransition(at=AT, txid=1, outreach_id=company, from_tier="A", to_tier="B")
        )


def pages(company, most: int) -> list[list[timeline.Moment]]:
    """Turn all pages."""
    found = [timeline.of_company(company, most=most)]
    while found[-1].after:
        mark = timeline.read_mark(found[-1].after)
        found.append(timeline.of_company(company, after=mark, most=most))
    return [one.moments for one in found]


def test_events_and_changes_of_tier_are_one_story_newest_first():
    spine = make.outreach()
    make.target("ready", outreach=spine)

    found = timeline.of_company(spine.pk).moments

    assert [one.what for one in found] == ["Tier", "Company target", "Tier", "Spine"]
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)


@pytest.mark.parametrize("spread", [0, 1])
def test_turning_pages_shows_each_moment_once_even_those_of_one_instant(spread):
    company = uuid4()
    events(company, 7, spread=spread)
    transitions(company, 6)

    found = pages(company, 3)

    assert [len(page) for page in found] == [3, 3, 3, 3, 1]
    whole = timeline.of_company(company, most=50).moments
    assert [moment for page in found for moment in page] == whole


@pytest.mark.parametrize("spread", [0, 1])
def test_pages_lead_back_over_the_same_moments(spread):
    company = uuid4()
    events(company, 7, spread=spread)
    transitions(company, 6)
    there = pages(company, 3)
    place = timeline.of_company(company, most=12).after
    found = [timeline.of_company(company, after=timeline.read_mark(place), most=3)]

    while found[-1].before:
        mark = timeline.read_mark(found[-1].before)
        found.append(timeline.until(company, mark, most=3))

    assert [one.moments for one in found[::-1]] == there


def test_a_last_page_that_is_full_leads_nowhere():
    company = uuid4()
    events(company, 3)

    assert timeline.of_company(company, most=3).after == ""
    assert timeline.of_company(company, most=2).after


def test_others_are_not_told():
    company = uuid4()
    events(company, 1)
    events(uuid4(), 3)

    assert len(timeline.of_company(company).moments) == 1
    assert timeline.of_company(uuid4()).moments == []


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "20260108T000000.000000-0",
        "20260108T000000.000000-2-1",
        "20260108T000000.000000-0-9223372036854775808",
        "20261308T000000.000000-0-1",
        "20260108T000000.000000-0-1-1",
        "20260108T000000.000000-0-\x00",
    ],
)
def test_a_mark_that_is_none_is_refused(text):
    with pytest.raises(BadRequest):
        timeline.read_mark(text)


def test_a_mark_is_read_as_it_was_written():
    mark = timeline.Mark(AT, timeline.TRANSITIONS, 7)

    assert timeline.read_mark(str(mark)) == mark


def test_a_company_with_many_events_costs_no_more():
    company = uuid4()
    events(company, 20_000)
    # statistics are their owner's
    owner.runs("ANALYZE governance_event")

    with CaptureQueriesContext(connection) as queries:
        timeline.of_company(company)

    read = [one["sql"] for one in queries if 'FROM "governance_event"' in one["sql"]]
    assert len(read) == 1
    assert rows_read(read[0]) <= 2 * timeline.MOST


def rows_read(query: str) -> float:
    """How many rows of the history a query reads."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        (((plan,),),) = (cursor.fetchone(),)
    return max(step["Actual Rows"] for step in steps(plan["Plan"]))


def steps(plan: dict) -> list[dict]:
    return [plan, *(step for part in plan.get("Plans", []) for step in steps(part))]
