"""Runs of jobs by the API: the list, one in full, the gates it opened."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import JobRun, OpenedGate
from governance.services.jobs import runs
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
LIST = "/api/jobs/runs/"


@pytest.fixture
def viewer() -> Caller:
    return Caller(make.viewer())


def run(job: str = "daily", **given) -> JobRun:
    return runs.run(job, **{"trigger": "command", "started_by": "root"} | given)


def an_expired_blocker() -> object:
    return make.error(outreach=make.promotable(), created_at=timezone.now() - timedelta(days=31))


def test_a_run_tells_counts_seconds_operations_and_gates(viewer):
    row = an_expired_blocker()
    done = run()
    (first, *_) = done.steps.all()

    said = viewer.get(f"{LIST}{done.pk}/").json()
    gates = viewer.get(said["links"]["gates"]).json()["results"]

    assert (said["reference"], said["label"], said["state"]) == (
        f"JR-{done.pk}",
        "Daily governance",
        "done",
    )
    assert said["counts"]["archive_expired_errors"][make.CT] == 1 and said["seconds"] >= 0
    assert said["counts"]["archive_expired_errors"][make.DOL] == 0
    assert (
        said["steps"][0]
        | {
            "operation": first.operation_id,
            "rows": 1,
            "counts": {make.CT: 1},
            "state": "done",
            "verb": "archive_expired",
        }
        == said["steps"][0]
    )
    assert said["steps"][1]["operation"] is None
    assert (said["gates_opened"], said["gates_to_review"]) == (1, 1)
    assert [(gate["domain"], gate["reviewed_by"]) for gate in gates] == [
        (row.outreach.domain, None)
    ]


def test_runs_are_listed_by_the_filter_of_their_page(viewer):
    due_at = timezone.now() - timedelta(hours=1)
    idle = runs.claim("tidy_up", trigger="schedule", started_by="schedule", due_at=due_at)
    runs.carry_on(idle.pk)
    daily, dry = run(), run(is_dry=True)

    def listed(query: str) -> list[int]:
        return [row["id"] for row in viewer.get(f"{LIST}{query}").json()["results"]]

    searched = viewer.post(f"{LIST}search/", {"filter": {"job": "daily", "dry": True}}).json()

    assert listed("") == [dry.pk, daily.pk, idle.pk]
    assert listed("?idle=hidden") == listed("?job=daily") == [dry.pk, daily.pk]
    assert listed("?dry=false&sort=run") == [idle.pk, daily.pk]
    assert [row["id"] for row in searched["results"]] == [dry.pk]
    assert viewer.get(f"{LIST}?colour=red").json()["key"] == "colour"


def test_pages_follow_one_another_without_a_gap(viewer):
    made = [runs.claim("daily", trigger="command", started_by="root").pk for _ in range(5)]

    found, address = [], f"{LIST}?size=2"
    while address:
        page = viewer.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]

    assert found == made[::-1]


def test_gates_of_a_run_are_narrowed_and_those_of_companies_that_are_gone_stay(viewer):
    done = run()
    seen, left = make.outreach(), make.outreach()
    looked = {"reviewed_by": make.triager(), "reviewed_at": timezone.now()}
    OpenedGate.objects.create(run=done, outreach=seen, opens_outreach=True, **looked)
    OpenedGate.objects.create(run=done, outreach=left, opens_outreach=False)
    left.delete()

    def gates(query: str) -> list[tuple[object, ...]]:
        found = viewer.get(f"{LIST}{done.pk}/gates/{query}").json()["results"]
        return [(gate["domain"], gate["reviewed_by"], gate["opens_outreach"]) for gate in found]

    assert gates("?reviewed=true") == [(seen.domain, looked["reviewed_by"].username, True)]
    assert gates("?reviewed=false") == [(None, None, False)]
    assert viewer.get(f"{LIST}999/gates/").status_code == 404
    assert viewer.get(f"{LIST}999/").status_code == 404


def test_gates_of_all_runs_are_listed_the_latest_first(viewer):
    first, second = run(), run()
    for one in (first, second):
        OpenedGate.objects.create(run=one, outreach=make.outreach(), opens_outreach=one == second)

    def of(query: str) -> list[int]:
        found = viewer.get(f"/api/jobs/gates/{query}").json()["results"]
        return [gate["run"] for gate in found]

    searched = viewer.post("/api/jobs/gates/search/", {"filter": {"run": first.pk}}).json()

    assert of("") == [second.pk, first.pk] == of("?sort=run")[::-1]
    assert (of(f"?run={first.pk}"), of("?opens=outreach")) == ([first.pk], [second.pk])
    assert [gate["run"] for gate in searched["results"]] == [first.pk]
    assert viewer.get("/api/jobs/gates/?run=x").status_code == 400


def test_many_cost_as_many_queries_as_one(viewer):
    done = run()
    addresses = [LIST, f"{LIST}{done.pk}/", f"{LIST}{done.pk}/gates/", "/api/jobs/gates/"]
    counts = []
    viewer.get(LIST)
    for _ in range(2):
        run()
        person = make.triager()
        for _ in range(3):
            looked = {"reviewed_by": person, "reviewed_at": timezone.now()}
            OpenedGate.objects.create(
                run=done, outreach=make.outreach(), opens_outreach=True, **looked
            )
        with CaptureQueriesContext(connection) as asked:
            answers = [viewer.get(address).status_code for address in addresses]
        counts.append(len(asked))

    assert answers == [200] * 4 and counts[0] == counts[1]


def test_pages_of_gates_follow_one_another_by_company_both_ways(viewer):
    done = run()
    made = sorted(make.outreach().pk for _ in range(5))
    for one in made[::-1]:
        OpenedGate.objects.create(run=done, outreach_id=one, opens_outreach=True)

    first = viewer.get(f"{LIST}{done.pk}/gates/?size=3").json()
    second = viewer.get(first["next"]).json()
    back = viewer.get(second["previous"]).json()
    turned = viewer.get(f"{LIST}{done.pk}/gates/?sort=-company").json()["results"]

    found = [row["outreach_id"] for row in (*first["results"], *second["results"])]
    assert found == [str(key) for key in made] == [row["outreach_id"] for row in turned][::-1]
    assert (back["results"], second["next"]) == (first["results"], None)
