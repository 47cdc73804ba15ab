"""Violations by the API: the filters, orders and rights of their queue; verbs reach them as operations."""

import pytest

from governance import subjects
from governance.models import ViolationCase
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

VIOLATIONS = "/api/canon/violations/"


@pytest.fixture
def analyst() -> Caller:
    return Caller(make.analyst())


def test_a_list_gives_rows_by_the_filter_of_the_queue(analyst):
    company = make.company(company_name="Acme")
    wanted = make.violation("V-TOOL-003", outreach=company.outreach, correlation_id="c-7")
    make.violation("V-GATE-001")

    (row,) = analyst.get(f"{VIOLATIONS}?disposition=RETRY").json()["results"]

    assert (row["violation_id"], row["code"]) == (wanted.pk, "V-TOOL-003")
    assert (row["tool"], row["tool_id"]) == ("hunter-enricher", "TOOL-008")
    assert (row["company_name"], row["outreach_id"]) == ("Acme", str(company.outreach_id))
    assert (row["correlation_id"], row["call_id"]) == ("c-7", None)
    assert row["seen_at"].endswith("Z") and "context" not in row
    refused = analyst.get(f"{VIOLATIONS}?colour=red")
    assert refused.status_code == 400 and "disposition" in refused.json()["offered"]


def test_a_body_asks_for_the_same_list_and_pages_lead_through_it(analyst):
    keys = {make.violation(outreach=None).pk for _ in range(5)}
    body = {"filter": {"code": ["V-GATE-001"], "blocks": "false"}, "size": 3}

    first = analyst.post(f"{VIOLATIONS}search/", body).json()
    second = analyst.post(f"{VIOLATIONS}search/", body | {"cursor": first["next"]}).json()

    seen = [row["violation_id"] for row in first["results"] + second["results"]]
    assert len(seen) == 5 and set(seen) == keys and second["next"] is None


def test_facets_count_what_the_list_holds(analyst):
    for code in ("V-GATE-001", "V-GATE-001", "V-TOOL-003"):
        make.violation(code)

    said = analyst.get(f"{VIOLATIONS}facets/?code=V-GATE-001").json()

    assert said["total"] == {"count": 2, "at_least": False}
    assert said["facets"]["code"]["V-TOOL-003"]["count"] == 1


def test_one_is_read_whole_with_the_tag_of_its_version(analyst):
    context = {"failed": [{"fact": "mx_present", "condition": "is true", "said": "is not known"}]}
    wanted = make.violation(context=context)

    answer = analyst.get(f"{VIOLATIONS}{wanted.pk}/")

    assert answer.json()["context"] == context and answer.json()["resolution_note"] is None
    assert answer["ETag"] == analyst.get(f"{VIOLATIONS}{wanted.pk}")["ETag"]


@pytest.mark.parametrize("key", ["0", "2147483648", "9223372036854775808", "9" * 40])
def test_what_is_not_there_is_a_problem(analyst, key):
    answer = analyst.get(f"{VIOLATIONS}{key}/")

    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"


def test_verbs_reach_them_as_an_operation():
    wanted, other = make.violation("V-TOOL-003"), make.violation("V-GATE-001")
    triager = Caller(make.triager(), "read", "triage")
    verbs = triager.get("/api/verbs/").json()["results"]
    assert {verb["name"] for verb in verbs if verb["subject"] == "violation"} >= {
        "park_violation",
        "resolve_violation",
    }

    plan = triager.post(
        "/api/operations/",
        {
            "verb": "resolve_violation",
            "parameters": {"note": "The key is set."},
            "filter": {"code": "V-TOOL-003"},
        },
    ).json()
    started = triager.post(f"/api/operations/{plan['id']}/start/")

    assert plan["planned"] == plan["eligible"] == 1 and started.status_code == 200
    assert ViolationCase.objects.get(pk=other.pk).disposition == "PARKED"
    assert wanted.version == ViolationCase.objects.get(pk=wanted.pk).version


def test_a_list_costs_as_much_for_one_row_as_for_many(analyst, django_assert_max_num_queries):
    make.violation(outreach=make.company().outreach)
    # once a minute it is noted that the token is used
    analyst.get(VIOLATIONS)
    with django_assert_max_num_queries(4) as one:
        analyst.get(VIOLATIONS)
    for _ in range(30):
        make.violation(outreach=make.company().outreach)
    with django_assert_max_num_queries(4) as many:
        analyst.get(VIOLATIONS)

    assert len(one) == len(many)


def test_orders_are_those_of_the_table(analyst):
    make.violation()

    for order in subjects.named("violation").resolve("table").sorts():
        assert analyst.get(f"{VIOLATIONS}?sort=-{order}").status_code == 200
