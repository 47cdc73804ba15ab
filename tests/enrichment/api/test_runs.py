"""Runs by the API: opened, kept alive, ended, listed."""

from uuid import uuid4

import pytest
from django.utils import timezone

from enrichment.models import Run
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
RUNS = "/api/enrichment/runs/"
IRONCLAD = "ironclad.com"


@pytest.fixture
def loader() -> Caller:
    return Caller(make.triager(username="ops"), "pipeline")


@pytest.fixture
def workflow():
    return make.workflow(workflow_name="company_discovery", credits_per_run=5)


def asked(workflow, **more):
    return {"workflow": workflow.workflow_name, "entity": IRONCLAD} | more


def opened(loader, workflow, **more):
    return loader.post(RUNS, asked(workflow, **more)).json()["run"]["id"]


def told(loader, run, what, body=None):
    return loader.post(f"{RUNS}{run}/{what}/", body)


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "once"}])
def test_a_run_is_opened_kept_alive_and_ended(loader, workflow, key):
    answer = loader.post(RUNS, asked(workflow, source="clay"), **key)
    said = answer.json()
    assert (answer.status_code, said["outcome"], said["go"]) == (201, "opened", True)
    assert said["beat_every"] == 225
    assert answer["Location"] == f"{RUNS}{said['run']['id']}/"

    alive = told(loader, said["run"]["id"], "beat").json()
    ended = {"status": "completed", "credits": "2.5", "layers": {"extracted": {"out": 25}}}
    closed = told(loader, said["run"]["id"], "close", ended).json()

    assert (alive["outcome"], alive["go"]) == ("alive", True)
    assert (closed["outcome"], closed["go"], closed["run"]["status"]) == (
        "closed",
        False,
        "completed",
    )
    assert (closed["run"]["records_out"], closed["run"]["credits"]) == (25, 2.5)
    assert (closed["run"]["by"], closed["run"]["source"]) == ("ops", "clay")
    assert loader.get(answer["Location"]).json() == closed["run"]


def test_a_fresh_find_answers_and_its_credits_are_told(loader, workflow):
    fresh = opened(loader, workflow)
    told(loader, fresh, "close", {"status": "completed"})

    answer = loader.post(RUNS, asked(workflow))

    said = answer.json()
    assert (answer.status_code, said["outcome"], said["go"]) == (200, "already_enriched", False)
    assert (said["run"]["refused_for"], said["run"]["credits_saved"]) == (fresh, 5.0)
    assert loader.post(RUNS, asked(workflow, force=True)).status_code == 201


def test_the_run_that_is_open_is_told(loader, workflow):
    first = opened(loader, workflow, idempotency_key="k")

    other = loader.post(RUNS, asked(workflow))
    again = loader.post(RUNS, asked(workflow, idempotency_key="k"))

    said = other.json()
    assert (other.status_code, said["outcome"], said["run"]["id"]) == (409, "already_open", first)
    assert (again.status_code, again.json()["outcome"], again.json()["go"]) == (
        200,
        "replayed",
        True,
    )


def test_a_closed_run_is_closed_again_only_alike(loader, workflow):
    run = opened(loader, workflow)
    told(loader, run, "close", {"status": "completed", "records_out": 1})

    same = told(loader, run, "close", {"status": "completed", "records_out": 1})
    other = told(loader, run, "close", {"status": "failed"})
    beaten = told(loader, run, "beat")

    assert (same.status_code, same.json()["outcome"]) == (200, "replayed")
    assert (other.status_code, beaten.status_code) == (409, 409)
    assert "it is completed" in other.json()["detail"]


def test_a_result_that_comes_before_its_opening_makes_the_run(loader, workflow):
    key = str(uuid4())

    early = told(loader, key, "close", asked(workflow, status="completed"))
    late = loader.post(RUNS, asked(workflow, id=key, source="clay"))

    assert (early.status_code, early.json()["outcome"]) == (200, "closed")
    assert (late.status_code, late.json()["outcome"]) == (200, "replayed")
    assert Run.objects.get().source == "clay"
    assert told(loader, uuid4(), "close", {"status": "failed"}).status_code == 404


def test_a_person_cancels_a_run_and_its_worker_is_told(loader, workflow):
    run = opened(loader, workflow)

    answer = told(loader, run, "cancel", {"reason": "Twice."})

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert told(loader, run, "cancel").status_code == 409
    assert told(loader, run, "beat").status_code == 409
    assert told(loader, uuid4(), "cancel").status_code == 404


def test_a_waiting_run_is_pending(loader, workflow):
    said = loader.post(RUNS, asked(workflow, status="pending")).json()

    assert (said["run"]["status"], said["run"]["started_at"], said["go"]) == ("pending", None, True)


def test_what_is_refused_says_why(loader, workflow):
    asleep = make.workflow(is_active=False)
    unknown = loader.post(RUNS, {"workflow": "company_discvery", "entity": IRONCLAD})
    inactive = loader.post(RUNS, asked(asleep))
    malformed = loader.post(RUNS, asked(workflow, entity="https://www.linkedin.com/sales/lead/x"))

    assert (unknown.status_code, unknown.json()["near"]) == (404, ["company_discovery"])
    assert inactive.status_code == 409 and "inactive" in inactive.json()["detail"]
    assert malformed.status_code == 422 and "domain" in malformed.json()["detail"]
    assert not Run.objects.exists()


def test_a_wrong_member_is_named(loader, workflow):
    unknown = loader.post(RUNS, asked(workflow, colour="red"))
    wrong = loader.post(RUNS, asked(workflow, entity_type="planet", started_at="soon", id="7"))

    assert (unknown.status_code, unknown.json()["key"]) == (400, "colour")
    assert wrong.status_code == 422
    assert {one["field"] for one in wrong.json()["errors"]} == {"entity_type", "started_at", "id"}


HOSTILE = [
    None,
    True,
    0,
    -1,
    1.5,
    10**18,
    "",
    "\u0000",
    "x" * 10_000,
    "ß\u202e%00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    [],
    [[1]],
    {},
    {"raw": {"out": 10**18}},
    {"raw": 1},
    {"moon": {"out": 1}},
    {"raw": {"up": 1}},
]
FIELDS = [
    *("id", "workflow", "entity", "entity_type", "source", "trigger", "idempotency_key"),
    *("queued_at", "started_at", "status", "force", "completed_at", "records_in", "records_out"),
    *("records_skipped", "records_failed", "records_in_extracted", "records_in_core", "layers"),
    *("credits", "error_class", "error_text", "reason"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_no_value_of_a_body_breaks_anything(loader, workflow, field):
    for value in HOSTILE:
        run = make.run("running", workflow=workflow)
        sent = [
            (RUNS, asked(workflow) | {field: value}),
            (f"{RUNS}{run.pk}/beat/", {field: value}),
            (f"{RUNS}{run.pk}/close/", {"status": "failed"} | {field: value}),
            (f"{RUNS}{uuid4()}/close/", asked(workflow, status="failed") | {field: value}),
            (f"{RUNS}{run.pk}/cancel/", {field: value}),
        ]
        for path, body in sent:
            assert loader.post(path, body).status_code < 500, (path, body)


@pytest.mark.parametrize("body", [b"7", b"[]", b'"x"', b"null", b"{", b'{"a":'])
def test_what_is_no_object_is_refused(loader, body):
    run = make.run("running")

    for path in (RUNS, f"{RUNS}{run.pk}/beat/", f"{RUNS}{run.pk}/close/"):
        assert loader.post(path, body).status_code in (400, 422)


def test_runs_are_listed_by_filter_and_page(loader, workflow):
    runs = [make.run("failed", workflow=workflow) for _ in range(3)]
    make.run()
    newest = [str(run.pk) for run in sorted(runs, key=lambda run: run.ran_at, reverse=True)]

    first = loader.get(f"{RUNS}?workflow=company_discovery&status=failed&size=2").json()
    rest = loader.get(first["next"]).json()
    body = {"filter": {"workflow": "company_discovery"}, "size": 2}
    sought = loader.post(f"{RUNS}search/", body).json()

    listed = [row["id"] for row in first["results"] + rest["results"]]
    assert listed == newest
    assert sought["results"] == first["results"]
    assert loader.get(f"{RUNS}?colour=red").status_code == 400


def test_a_list_costs_the_same_for_one_row_and_a_hundred(loader, django_assert_max_num_queries):
    def cost() -> int:
        with django_assert_max_num_queries(10) as asked:
            assert loader.get(f"{RUNS}?size=100").status_code == 200
        return len(asked)

    make.run(by=make.triager())
    loader.get(RUNS)
    one = cost()
    for _ in range(99):
        make.run(by=make.triager())

    assert cost() == one


def test_calls_take_few_queries(loader, workflow, django_assert_max_num_queries):
    loader.get(RUNS)

    with django_assert_max_num_queries(5):
        run = opened(loader, workflow)
    with django_assert_max_num_queries(8):
        told(loader, run, "beat")
    with django_assert_max_num_queries(4):
        told(loader, run, "close", {"status": "completed"})


def test_moments_are_written_in_utc(loader, workflow):
    at = timezone.now().replace(microsecond=0)

    opened(loader, workflow, started_at=at.isoformat().replace("+00:00", "Z"))

    (row,) = loader.get(RUNS).json()["results"]
    assert row["started_at"] == at.isoformat().replace("+00:00", "Z")
