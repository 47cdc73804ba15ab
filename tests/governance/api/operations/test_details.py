"""One operation by the API: its plan, how far it is, what became of it."""

import pytest

from governance.models import HubError
from governance.services.approvals import requests
from governance.services.operations import plans, runner, steering
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

OPERATIONS = "/api/operations/"


@pytest.fixture
def viewer() -> Caller:
    return Caller(make.viewer())


def parking(*errors):
    return plans.make("park", errors=errors, by=make.triager(), reason="DATA_QUALITY")


def test_a_plan_says_what_it_would_do_as_things_stand(viewer):
    row, changed = make.error(), make.error()
    plan, other = parking(row, changed), parking(row)
    HubError.objects.filter(pk=changed.pk).update(owner="Platform team")

    said = viewer.get(f"{OPERATIONS}{plan.pk}/preview/").json()

    assert said["overlaps"] == [{"operation": other.pk, "rows": 1}]
    assert said["moved"] == [{"operation": plan.pk, "rows": 1, "at_least": False}]
    assert {row["then"] for row in said["sample"]} == {"PARKED"} and said["undo"] is None


def test_a_policy_of_a_later_day_is_told_as_the_gate(viewer):
    plan = parking(make.error())
    make.policy(name="LATER", verbs=["park"])

    assert viewer.get(f"{OPERATIONS}{plan.pk}/").json()["gate"] == "LATER"


def test_one_that_is_done_in_part_never_says_done(viewer):
    changed = make.error()
    operation = parking(make.error(), changed)
    HubError.objects.filter(pk=changed.pk).update(owner="Platform team")
    runner.run(operation)

    said = viewer.get(f"{OPERATIONS}{operation.pk}/").json()
    lines = viewer.get(f"{OPERATIONS}{operation.pk}/outcomes/").json()

    assert (said["state"], said["standing"]) == ("done", "done_in_part")
    assert lines == said["outcomes"]
    assert [(line["outcome"], line["reason"]) for line in lines] == [
        ("applied", ""),
        ("skipped", "changed since plan"),
    ]
    assert said["progress"]["percent"] == 100


def test_what_happened_is_told_with_full_names(viewer):
    operation = parking(make.error())
    runner.run(operation)

    moments = viewer.get(f"{OPERATIONS}{operation.pk}/timeline/").json()["moments"]

    assert [moment["kind"] for moment in moments][-1] == "planned"
    assert "froze the plan" in moments[-1]["text"] and moments[-1]["account"]


def test_links_lead_to_what_is_there(viewer):
    operation = parking(make.error())

    links = viewer.get(f"{OPERATIONS}{operation.pk}/").json()["links"]

    page = links.pop("page")
    assert set(links) == {"items", "outcomes", "preview", "timeline"}
    assert [viewer.get(link).status_code for link in links.values()] == [200] * 4
    viewer.client.force_login(viewer.token.account)
    assert viewer.client.get(page).status_code == 200


def test_one_costs_ten_queries_at_most_in_every_state(viewer, django_assert_max_num_queries):
    make.policy(verbs=["resolve"])
    by = make.triager()
    waiting, asked, running, done = (
        parking(make.error()),
        plans.make("resolve", errors=[make.error()], by=by, note="x"),
        parking(make.error()),
        parking(make.error()),
    )
    requests.make(asked, by=by)
    steering.start(running, by=running.requester)
    runner.run(done)
    viewer.get(OPERATIONS)

    for operation in (waiting, asked, running, done):
        with django_assert_max_num_queries(10):
            assert viewer.get(f"{OPERATIONS}{operation.pk}/").status_code == 200


def test_the_tag_tells_states_apart(viewer):
    plan = parking(make.error())
    before = viewer.get(f"{OPERATIONS}{plan.pk}/")["ETag"]
    steering.discard(plan, by=plan.requester)

    assert viewer.get(f"{OPERATIONS}{plan.pk}")["ETag"] != before


def test_a_number_that_no_operation_has_is_not_found(viewer):
    for number in (0, 2_000_000_000, 10**30):
        assert viewer.get(f"{OPERATIONS}{number}/").status_code == 404
