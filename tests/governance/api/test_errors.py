"""Errors and archived errors by the API: the filters, orders and rights of the screens."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance import subjects
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

ERRORS = "/api/errors/"


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst())


def test_a_list_gives_rows_by_the_filter_of_the_queue(analyst):
    wanted = make.error(disposition="RETRY")
    make.error(disposition="PARKED")

    answer = analyst.get(f"{ERRORS}?disposition=RETRY")

    assert answer.status_code == 200
    (row,) = answer.json()["results"]
    assert row["error_id"] == str(wanted.pk) and row["disposition"] == "RETRY"
    assert row["created_at"].endswith("Z")
    assert answer.json()["next"] is None and answer.json()["previous"] is None


def test_an_unknown_key_is_a_problem_that_names_it_and_gives_no_rows(analyst):
    make.error()

    answer = analyst.get(f"{ERRORS}?colour=red")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["key"] == "colour" and "disposition" in said["offered"]
    assert said["request_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize(
    "query", ["part=facets", "view=all", "select=all", "disposition=", "size=0", "sort=x"]
)
def test_what_only_a_screen_knows_is_refused(analyst, query):
    assert analyst.get(f"{ERRORS}?{query}").status_code == 400


def test_pages_lead_through_all_rows_both_ways(analyst):
    keys = {str(error.pk) for error in make.errors(7)}

    page = analyst.get(f"{ERRORS}?size=3&sort=-created")
    seen = [row["error_id"] for row in page.json()["results"]]
    while following := page.json()["next"]:
        assert f'<{following}>; rel="next"' in page["Link"]
        page = analyst.get(following)
        seen += [row["error_id"] for row in page.json()["results"]]
    before = analyst.get(page.json()["previous"]).json()["results"]

    assert len(seen) == 7 and set(seen) == keys
    assert [row["error_id"] for row in before] == seen[3:6]


def test_a_cursor_of_another_filter_is_refused(analyst):
    make.errors(4)
    following = analyst.get(f"{ERRORS}?size=2&disposition=RETRY").json()["next"]

    answer = analyst.get(following.replace("disposition=RETRY", "disposition=PARKED"))

    assert answer.status_code == 400 and answer.json()["key"] == "cursor"


def test_a_body_asks_for_the_same_list(analyst):
    make.errors(3, message="odd & even = 100%")
    body = {"filter": {"q": "& even = 100%", "disposition": ["RETRY"]}, "size": 2}

    first = analyst.post(f"{ERRORS}search/", body)
    second = analyst.post(f"{ERRORS}search/", body | {"cursor": first.json()["next"]})

    assert first.status_code == 200 and len(first.json()["results"]) == 2
    assert len(second.json()["results"]) == 1 and second.json()["next"] is None


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"colour": 1},
        {"filter": []},
        {"filter": {"part": "x"}},
        {"filter": {"q": {}}},
        {"size": [1]},
    ],
)
def test_a_body_that_asks_for_something_else_is_refused(analyst, body):
    assert analyst.post(f"{ERRORS}search/", body).status_code == 400


def test_facets_count_what_the_list_holds(analyst):
    make.errors(3)
    make.error(disposition="PARKED")

    said = analyst.get(f"{ERRORS}facets/?disposition=RETRY").json()

    assert said["total"] == {"count": 3, "at_least": False}
    assert said["facets"]["disposition"]["PARKED"]["count"] == 1


def test_one_error_is_read_whole_with_the_tag_of_its_version(analyst):
    error = make.error(message="x" * 900, details={"trace": [1]})

    answer = analyst.get(f"{ERRORS}{error.pk}/")
    make.outreach()

    assert answer.json()["message"] == "x" * 900 and answer.json()["details"] == {"trace": [1]}
    assert answer["ETag"] == analyst.get(f"{ERRORS}{error.pk}")["ETag"]


def test_what_is_not_there_is_a_problem(analyst):
    for path in (f"{ERRORS}00000000-0000-4000-8000-000000000000/", "/api/nothing/", "/api"):
        answer = analyst.get(path)
        assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"


def test_archived_errors_have_their_own_list(analyst):
    archived = make.archived()

    answer = analyst.get("/api/archive/?archive_reason=MANUAL")

    (row,) = answer.json()["results"]
    assert row["error_id"] == str(archived.pk) and row["archive_reason"] == "MANUAL"
    assert analyst.get(f"/api/archive/{archived.pk}/").status_code == 200


def test_nobody_reads_the_sovereign_id(analyst):
    company = make.outreach()
    error = make.error(outreach=company)

    for path in (ERRORS, f"{ERRORS}{error.pk}/"):
        assert str(company.sovereign_id) not in analyst.get(path).content.decode()


def test_a_list_costs_as_much_for_one_row_as_for_many(analyst, django_assert_max_num_queries):
    make.error()
    # once a minute it is noted that the token is used
    analyst.get(ERRORS)
    with django_assert_max_num_queries(4) as one:
        analyst.get(ERRORS)
    make.errors(60)
    with django_assert_max_num_queries(4) as many:
        analyst.get(ERRORS)

    assert len(one) == len(many)


def test_a_list_reads_nothing_of_companies_that_it_does_not_show(analyst):
    make.error(outreach=make.company().outreach)
    analyst.get(ERRORS)

    with CaptureQueriesContext(connection) as asked:
        (row,) = analyst.get(ERRORS).json()["results"]

    assert row["company_name"]
    assert not any("address_state" in one["sql"] for one in asked)
    assert not any('"governance_outreach"."created_at"' in one["sql"] for one in asked)


def test_orders_are_those_of_the_table(analyst):
    make.errors(2)

    for order in subjects.named("error").resolve("table").sorts():
        assert analyst.get(f"{ERRORS}?sort=-{order}").status_code == 200


@pytest.mark.parametrize(
    ("rows", "size"),
    [
        (500, 50),
        pytest.param(10_000, 1000, marks=pytest.mark.soak),
    ],
)
def test_pages_lead_both_ways_through_many_rows_of_one_moment(analyst, rows, size):
    made = make.errors(rows, outreach=None, created_at="2026-02-02T13:00:00Z")

    page = analyst.get(f"{ERRORS}?size={size}&sort=created").json()
    there = [page["results"]]
    while page["next"]:
        page = analyst.get(page["next"]).json()
        there.append(page["results"])
    back = [page["results"]]
    while page["previous"]:
        page = analyst.get(page["previous"]).json()
        back.append(page["results"])

    assert {row["error_id"] for rows in there for row in rows} == {str(one.pk) for one in made}
    assert len(there) >= 10 and back == there[::-1]
