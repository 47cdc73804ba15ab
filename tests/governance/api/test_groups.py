"""Groups of open errors by the API: the ways, figures and filters of the groups page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

GROUPS, ERRORS = "/api/groups/", "/api/errors/"
VIEWS = ("cause", "tries", "owner", "expiry")


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst())


def test_a_cause_says_how_many_since_when_and_what_clearing_it_would_change(analyst):
    company = make.outreach()
    old = make.error(outreach=company, created_at=timezone.now() - timedelta(days=3))
    new = make.error(outreach=company, code=old.code, disposition="PARKED")

    (group,) = analyst.get(GROUPS).json()["results"]

    assert (group["error_table"], group["code"]) == (old.error_table_id, old.code)
    assert (group["errors"], group["parked"]) == (2, 1)
    assert group["effect"]["companies"] == group["effect"]["last_blocker"] == 1
    seen = [group["first_seen"], group["last_seen"]]
    assert [text[:19] for text in seen] == [
        f"{row.created_at:%Y-%m-%dT%H:%M:%S}" for row in (old, new)
    ]
    assert sum(group["days"]) == 2


@pytest.mark.parametrize("view", VIEWS)
def test_the_filter_of_a_group_means_exactly_its_rows(analyst, view):
    make.errors(2, message="one")
    make.errors(3, message="two", owner="jane", retry_count=1)
    make.error(table=make.DOL, disposition="RESOLVED")

    said = analyst.get(f"{GROUPS}?view={view}").json()

    assert said["total"]["errors"] == 5
    for group in said["results"]:
        rows = analyst.get(f"{ERRORS}?{group['filter']}").json()["results"]
        assert len(rows) == group["errors"]


def test_groups_are_narrowed_by_the_filter_of_the_queue_and_by_a_body(analyst):
    make.errors(2, owner="jane")
    make.errors(3, owner="joe")

    by_address = analyst.get(f"{GROUPS}?view=owner&owner=jane").json()
    by_body = analyst.post(f"{GROUPS}search/", {"view": "owner", "filter": {"owner": ["jane"]}})

    assert [group["owner"] for group in by_address["results"]] == ["jane"]
    assert by_body.json()["results"] == by_address["results"]


def test_pages_lead_through_all_groups_both_ways(analyst):
    for number in range(5):
        make.error(owner=f"team {number}")

    first = analyst.get(f"{GROUPS}?view=owner&size=2").json()
    second = analyst.get(first["next"]).json()
    third = analyst.get(second["next"]).json()
    back = analyst.get(third["previous"]).json()
    body = {"view": "owner", "size": 2}
    found = analyst.post(f"{GROUPS}search/", body).json()
    again = analyst.post(f"{GROUPS}search/", body | {"cursor": found["next"]}).json()

    owners = [one["owner"] for page in (first, second, third) for one in page["results"]]
    assert len(set(owners)) == 5 and third["next"] is None and first["previous"] is None
    assert back["results"] == second["results"] == again["results"]


@pytest.mark.parametrize(
    "query", ["view=colour", "sort=owner", "colour=red", "size=0", "part=effect", "cursor=x"]
)
def test_what_groups_do_not_know_is_refused(analyst, query):
    make.error()

    answer = analyst.get(f"{GROUPS}?{query}")

    assert answer.status_code == 400 and "key" in answer.json()


def test_a_cursor_of_another_way_of_grouping_is_refused(analyst):
    for number in range(3):
        make.error(owner=f"team {number}", retry_count=number)
    following = analyst.get(f"{GROUPS}?view=owner&size=1").json()["next"]

    assert analyst.get(following.replace("view=owner", "view=tries")).status_code == 400


@pytest.mark.parametrize("body", [[], {"view": 5}, {"view": []}, {"sort": "x"}, {"cursor": {}}])
def test_a_body_that_asks_for_something_else_is_refused(analyst, body):
    assert analyst.post(f"{GROUPS}search/", body).status_code == 400


def test_only_what_the_account_may_do_is_advised(analyst):
    make.errors(2)

    seen = analyst.get(GROUPS).json()["results"][0]
    done = Caller(make.triager()).get(GROUPS).json()["results"][0]

    assert seen["verb"] is None and done["verb"]
    assert seen["advice"] == done["advice"]


@pytest.mark.parametrize("view", VIEWS)
def test_groups_cost_as_much_for_one_as_for_many(analyst, view):
    make.error()
    analyst.get(GROUPS)
    one = statements(analyst, view)
    for number in range(20):
        make.error(owner=f"team {number}", message=f"m{'x' * number}")

    many = statements(analyst, view)

    assert len(one) == len(many), many
    assert len(many) <= 9, many


def statements(caller: Caller, view: str) -> list[str]:
    """What is asked of the database, without what limits the time of asking."""
    with CaptureQueriesContext(connection) as found:
        assert caller.get(f"{GROUPS}?view={view}").status_code == 200
    asked = [one["sql"].strip() for one in found]
    return [text[:80] for text in asked if text.startswith(("SELECT", "WITH", "\n"))]
