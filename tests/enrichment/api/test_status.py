"""POST /api/enrichment/status: the seed's request, its fixed shape, its refusals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
ONE, MANY = "/api/enrichment/status", "/api/enrichment/status/list"
IRONCLAD = {"entity_type": "company", "entity_key": "ironclad.com"}
STATES = ("completed", "failed", "running", "pending", "stale")


@pytest.fixture
def caller():
    return Caller(make.analyst())


@pytest.fixture
def ironclad():
    """One workflow in each state, one that never ran, and the seed's company_customers."""
    for state in STATES:
        workflow = make.workflow(workflow_name=f"company_{state}")
        make.run(state, workflow=workflow, entity_key="ironclad.com")
    make.workflow(workflow_name="company_never")
    make.workflow(workflow_name="company_off", is_active=False)
    make.workflow(workflow_name="person_profile", key_type="person")
    customers = make.workflow(workflow_name="company_customers")
    counts = {"records_in_extracted": 25, "records_in_core": 0}
    return make.run(workflow=customers, entity_key="ironclad.com", **counts)


def test_the_seeds_request_has_the_seeds_shape(caller, ironclad):
    answer = caller.post(ONE, IRONCLAD)

    said = answer.json()
    assert answer.status_code == 200
    assert list(said) == ["entity_type", "entity_key", "enrichments", "coverage"]
    assert said["coverage"] == {
        "total_workflows": 7,
        "completed": 2,
        "running": 1,
        "pending": 1,
        "failed": 1,
        "stale": 1,
        "not_run": 1,
    }
    assert said["enrichments"][1] == {
        "workflow_name": "company_customers",
        "status": "completed",
        "completed_at": ironclad.completed_at.isoformat().replace("+00:00", "Z"),
        "coalesces_to_core": False,
        "records_in_extracted": 25,
        "records_in_core": 0,
        "gap": True,
        "gap_reason": "no_path_to_core",
    }
    never = next(one for one in said["enrichments"] if one["status"] == "not_run")
    assert never == {
        "workflow_name": "company_never",
        "status": "not_run",
        "completed_at": None,
        "coalesces_to_core": False,
        "records_in_extracted": None,
        "records_in_core": None,
        "gap": False,
        "gap_reason": None,
    }


@pytest.mark.parametrize(
    "key",
    [
        "https://WWW.Ironclad.com:443/about?x=1",
        "ironclad.com.",
        " IRONCLAD.COM ",
        "https%3A%2F%2Fironclad.com",
    ],
)
def test_the_same_company_written_otherwise_answers_the_same(caller, ironclad, key):
    said = [
        caller.post(ONE, IRONCLAD | {"entity_key": one}).json() for one in (key, "ironclad.com")
    ]

    assert said[0] == said[1]


def test_an_unknown_entity_is_an_answer(caller, ironclad):
    said = caller.post(ONE, IRONCLAD | {"entity_key": "nobody.example"}).json()

    assert {one["status"] for one in said["enrichments"]} == {"not_run"}
    assert said["coverage"]["not_run"] == said["coverage"]["total_workflows"] == 7


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"entity_type": "planet", "entity_key": "x.com"}, 400),
        ({"entity_type": "company", "entity_key": "no domain"}, 422),
        ({"entity_type": "company", "entity_key": ""}, 422),
        ({"entity_type": "company", "entity_key": ["x.com"]}, 422),
        ({"entity_type": "company"}, 422),
        ({"entity_type": "company", "entity_key": "x.com", "more": 1}, 400),
        ([], 400),
    ],
)
def test_what_is_no_question_is_refused(caller, body, status):
    answer = caller.post(ONE, body)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_it_needs_a_token_of_somebody_who_may_see(client):
    account = make.viewer()
    caller = Caller(account)
    assert client.post(ONE, IRONCLAD, content_type="application/json").status_code == 401
    assert caller.post(ONE, IRONCLAD).status_code == 200

    account.groups.clear()

    assert caller.post(ONE, IRONCLAD).status_code == 403


def test_many_are_told_apart_and_five_hundred_and_one_refused(caller, ironclad):
    keys = ["ironclad.com", "no domain", *(f"c{n}.example" for n in range(498))]

    answer = caller.post(MANY, {"entity_type": "company", "entity_keys": keys})
    refused = caller.post(MANY, {"entity_type": "company", "entity_keys": [*keys, "x.com"]})

    results = answer.json()["results"]
    assert len(results) == 500 and refused.status_code == 422
    assert results[0] == caller.post(ONE, IRONCLAD).json()
    assert "domain" in results[1]["problem"]
    assert caller.post(MANY, {"entity_type": "moon", "entity_keys": ["x"]}).status_code == 400


def test_it_asks_few_queries_however_many_workflows_there_are(caller, ironclad):
    caller.post(ONE, IRONCLAD)
    with CaptureQueriesContext(connection) as before:
        caller.post(ONE, IRONCLAD)
    for _ in range(60):
        make.workflow()

    with CaptureQueriesContext(connection) as after:
        caller.post(ONE, IRONCLAD)

    assert len(after) == len(before) <= 4
