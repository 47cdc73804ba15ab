"""The registry over the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrichment.models import Workflow
from governance.models import Operation
from tests import make
from tests.callers import Caller
from tests.enrichment import scans

pytestmark = pytest.mark.django_db
LIST = "/api/enrichment/workflows"
ENTRY = {
    "workflow_name": "company_news",
    "key_type": "company",
    "flows": [
        {"layer": "raw", "table": "raw.news", "keys": ["company_domain"]},
        {"layer": "extracted", "table": "extracted.news", "keys": ["domain"]},
    ],
    "aliases": ["news"],
    "credits_per_run": 2.5,
}
TYPES = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    "\0",
    "\ud800",
    "x" * 10_000,
    [],
    [1],
    {},
    {"a": 1},
]


@pytest.fixture
def ops():
    return Caller(make.triager(), "triage", "read")


def queries(caller, path):
    with CaptureQueriesContext(connection) as captured:
        assert caller.get(path).status_code == 200
    return len(captured)


def test_an_entry_is_made_and_read_by_any_of_its_names(ops):
    made = ops.post(f"{LIST}/", ENTRY)

    assert made.status_code == 201
    assert made["Location"] == f"{LIST}/company_news/"
    assert made.json()["fields_filled"] == 5
    for name in ("company_news", "news"):
        said = ops.get(f"{LIST}/{name}").json()
        assert said["entry"]["raw_table"] == "raw.news"
        assert said["entry"]["key_column"] == "domain"
        assert said["entry"]["credits_per_run"] == 2.5
        assert said["flows"][0] == {
            "layer": "raw",
            "table": "raw.news",
            "keys": ["company_domain"],
            "leads": True,
        }
        assert said["coverage"] == dict.fromkeys(said["coverage"], 0)
    assert ops.get(f"{LIST}/nowhere/").status_code == 404


def test_a_change_leaves_what_it_does_not_name_and_is_an_operation(ops):
    ops.post(f"{LIST}/", ENTRY)

    said = ops.post(f"{LIST}/company_news/", {"owner": "Data", "raw_table": "raw.b"}).json()

    entry, done = said["entry"], said["operation"]
    assert (entry["owner"], entry["raw_table"], entry["key_column"]) == ("Data", "raw.b", "domain")
    assert (done["state"], done["waits"]) == ("done", False)
    assert Operation.objects.get().pk == done["pk"]
    again = ops.post(f"{LIST}/company_news/", {"owner": "Data"})
    assert (again.status_code, again.json()["operation"]) == (200, None)


def test_an_entry_that_changed_since_it_was_read_is_left_alone(ops):
    ops.post(f"{LIST}/", ENTRY)
    tag = ops.get(f"{LIST}/company_news/")["ETag"]
    first = ops.post(f"{LIST}/company_news/", {"owner": "first"}, if_match=tag)

    second = ops.post(f"{LIST}/company_news/", {"owner": "second"}, if_match=tag)

    assert (first.status_code, second.status_code) == (200, 412)
    assert Workflow.objects.get().owner == "first"
    third = ops.post(f"{LIST}/company_news/", {"owner": "third"}, if_match=first["ETag"])
    assert third.status_code == 200


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"workflow_name": "taken"}, 409, "workflow_name"),
        ({"workflow_name": "Not a slug"}, 422, "__all__"),
        ({"workflow_name": "x", "intent": "perhaps"}, 422, "intent"),
        ({"workflow_name": "x", "flows": [{"layer": "raw"}]}, 422, "flows.0.table"),
        ({"workflow_name": "x", "flows": [], "raw_table": "raw.a"}, 422, "raw_table"),
        ({}, 422, "workflow_name"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_made(ops, said, status, field):
    make.workflow(workflow_name="taken")

    answer = ops.post(f"{LIST}/", said)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert Workflow.objects.count() == 1


def test_an_unknown_member_is_refused(ops):
    answer = ops.post(f"{LIST}/", {"workflow_name": "x", "colour": "red"})

    assert (answer.status_code, answer.json()["key"]) == (400, "colour")


@pytest.mark.parametrize(
    "name", [*ENTRY, "raw_table", "is_active", "intent", "fresh_days", "owner"]
)
def test_whatever_stands_in_a_member_is_answered_and_never_breaks(ops, name):
    ops.post(f"{LIST}/", ENTRY)
    for place, value in enumerate(TYPES):
        for path, beside in (
            (f"{LIST}/company_news/", {}),
            (f"{LIST}/", {"workflow_name": f"n{place}"}),
        ):
            said = beside | {name: value}
            assert ops.post(path, said).status_code < 500, (path, said)


def test_the_list_is_filtered_sorted_and_counted_as_the_page_is(ops):
    make.workflow(workflow_name="b", owner="Data")
    make.workflow(workflow_name="a", key_type="person")

    assert [one["workflow_name"] for one in ops.get(f"{LIST}/").json()["results"]] == ["b", "a"]
    by_name = ops.get(f"{LIST}/?sort=workflow").json()["results"]
    assert [one["workflow_name"] for one in by_name] == ["a", "b"]
    found = ops.post("/api/enrichment/registry/search/", {"filter": {"owner": "Data"}}).json()
    assert [one["workflow_name"] for one in found["results"]] == ["b"]
    counts = ops.get("/api/enrichment/registry/facets/").json()["facets"]
    assert counts["key_type"]["person"] == {"count": 1, "at_least": False}
    assert ops.get(f"{LIST}/?colour=red").status_code == 400


def test_a_hundred_entries_cost_as_many_queries_as_one(ops):
    workflow = make.workflow()
    paths = (
        f"{LIST}/",
        f"{LIST}/{workflow}/",
        "/api/enrichment/completeness/",
        "/api/enrichment/registry/facets/",
    )
    # the first call of a token notes its use
    queries(ops, f"{LIST}/")
    alone = [queries(ops, path) for path in paths]

    for place in range(99):
        make.workflow()
        workflow.flows.create(layer="core", table_name=f"core.t{place}")

    assert [queries(ops, path) for path in paths] == alone
    assert max(alone) <= 10


def test_completeness_says_what_is_missing_and_how_it_stands_beside_the_code(ops):
    make.workflow(workflow_name="differs", owner="Data")
    scans.scan({"kind": "table_mismatch", "slug": "differs"}, {"slug": "news"}, functions=2)

    said = ops.get("/api/enrichment/completeness/").json()

    assert (said["entries"], said["fields_filled"], said["fields"]) == (1, 3, 9)
    assert {"field": "owner", "entries": 0} in said["missing"]
    assert {"field": "verified", "entries": 1} in said["missing"]
    assert (said["agrees_with_the_code"], said["functions_found"]) == (0, 2)
    assert said["functions_not_registered"] == 1


def test_who_may_not_write_is_refused():
    reader = Caller(make.triager(), "read")
    viewer = Caller(make.viewer(), "read", "triage")

    assert reader.post(f"{LIST}/", ENTRY).status_code == 403
    assert viewer.post(f"{LIST}/", ENTRY).status_code == 403
    assert not Workflow.objects.exists()
