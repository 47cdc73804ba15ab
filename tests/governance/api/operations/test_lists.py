"""Operations by the API: listed, planned from ids and filters, previewed, row by row."""

import pytest

from governance.models import Operation, OperationItem
from governance.services.operations import plans, runner
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

OPERATIONS = "/api/operations/"
PREVIEW = f"{OPERATIONS}preview/"
PARK = {"verb": "park", "parameters": {"reason": "DATA_QUALITY"}}


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(username="ops"), "triage")


def parked(by, *errors) -> Operation:
    return plans.make("park", errors=errors, by=by, reason="DATA_QUALITY")


def test_a_plan_by_ids_is_frozen_with_its_counts_and_its_address(triager):
    rows = [make.error(), make.error(disposition="PARKED")]

    answer = triager.post(OPERATIONS, PARK | {"ids": [str(row.pk) for row in rows]})

    assert answer.status_code == 201
    said = answer.json()
    assert answer["Location"] == f"{OPERATIONS}{said['id']}/" and answer["ETag"]
    assert (said["planned"], said["eligible"], said["skipped"]) == (2, 1, 1)
    assert said["refusals"] == {"already parked": 1}
    assert said["outcomes"] == [
        {"outcome": "skipped", "reason": "already parked", "rows": 1},
        {"outcome": "planned", "reason": "", "rows": 1},
    ]
    assert (said["channel"], said["scope"], said["requester"]) == ("api", "ids", "ops")
    assert said["effect"]["companies"] == 1 and said["progress"] is None
    assert triager.get(answer["Location"]).json() == said


def test_a_plan_by_filter_means_the_rows_of_the_list(triager):
    wanted = make.errors(3, make.DOL)
    make.errors(2, make.CT)
    body = PARK | {"filter": {"error_table": make.DOL, "code": ["NO_MATCH"]}, "note": "Now."}

    said = triager.post(OPERATIONS, body).json()

    assert (said["planned"], said["scope"], said["note"]) == (3, "all", "Now.")
    assert said["filter"] == "code=NO_MATCH&error_table=outreach.dol_errors"
    items = OperationItem.objects.values_list("subject_id", flat=True)
    assert set(items) == {str(row.pk) for row in wanted}


def test_all_but_some_leaves_these_out(triager):
    left_out = make.errors(3)[0]
    body = PARK | {"filter": {"disposition": "RETRY"}, "except": [str(left_out.pk)]}

    said = triager.post(OPERATIONS, body).json()

    assert (said["planned"], said["scope"]) == (2, "except")


def test_moments_are_counted_from_the_time_that_is_sent(triager):
    make.error(created_at="2026-01-10T00:00:00Z")
    body = PARK | {"filter": {"created_after": "7d-ago"}, "as_of": "2026-01-12T00:00:00Z"}

    planned = triager.post(OPERATIONS, body)
    nothing = triager.post(OPERATIONS, body | {"as_of": "2026-02-12T00:00:00+02:00"})

    assert planned.json()["as_of"] == "2026-01-12T00:00:00Z"
    assert nothing.status_code == 422 and "No row matches" in nothing.json()["detail"]


def test_who_may_not_plan_the_verb_is_refused_before_a_row_is_looked_at():
    analyst = Caller(make.analyst(), "triage")

    answer = analyst.post(OPERATIONS, PARK | {"ids": ["00000000-0000-4000-8000-000000000000"]})

    assert answer.status_code == 403 and answer.json()["detail"] == "You may not park."


def test_a_token_that_only_reads_plans_nothing():
    reader = Caller(make.triager())

    answer = reader.post(OPERATIONS, PARK | {"ids": [str(make.error().pk)]})

    assert answer.status_code == 403 and "triage" in answer.json()["detail"]
    assert reader.get(OPERATIONS).status_code == 200


def test_the_same_plan_sent_twice_under_a_key_is_one(triager):
    body = PARK | {"ids": [str(make.error().pk)]}

    first = triager.post(OPERATIONS, body, Idempotency_Key="k1")
    again = triager.post(OPERATIONS, body, Idempotency_Key="k1")

    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert Operation.objects.count() == 1


def test_a_preview_says_what_a_plan_would_be_and_leaves_none(triager):
    make.policy(name="GUARD", verbs=["park"])
    rows = [make.error(), make.error(disposition="PARKED")]

    said = triager.post(PREVIEW, PARK | {"ids": [str(row.pk) for row in rows]}).json()

    assert (said["eligible"], said["skipped"], said["gate"]) == (1, 1, "GUARD")
    assert said["refusals"] == {"already parked": 1} and said["effect"]["companies"] == 1
    assert said["sample"] == [{"row_id": str(rows[0].pk), "now": "RETRY", "then": "PARKED"}]
    assert not Operation.objects.exists()


def test_a_list_has_the_filter_and_the_standings_of_its_page(triager):
    by = triager.token.account
    done, waiting = parked(by, make.error()), parked(by, make.error())
    runner.run(done)

    def listed(query: str) -> list[int]:
        return [row["id"] for row in triager.get(f"{OPERATIONS}?{query}").json()["results"]]

    assert listed("") == [waiting.pk, done.pk]
    assert listed("state=done") == [done.pk]
    assert listed("requester=ops&state=planned") == [waiting.pk]
    body = {"filter": {"state": ["planned", "done"]}, "sort": "created"}
    found = triager.post(f"{OPERATIONS}search/", body).json()["results"]
    assert [row["id"] for row in found] == [done.pk, waiting.pk]
    assert [row["standing"] for row in found] == ["done", "planned"]


def test_rows_have_their_outcome_what_they_were_and_what_they_are(triager):
    rows = make.errors(3)
    done = parked(triager.token.account, *rows, make.error(disposition="PARKED"))
    runner.run(done)
    address = f"{OPERATIONS}{done.pk}/items/"

    first = triager.get(f"{address}?size=2").json()
    rest = triager.get(first["next"]).json()
    skipped = triager.get(f"{address}?outcome=skipped").json()["results"]

    found = first["results"] + rest["results"]
    assert [row["row_id"] for row in found] == sorted(row["row_id"] for row in found)
    told = next(row for row in found if row["row_id"] == str(rows[0].pk))
    assert (told["outcome"], told["was"], told["now"]) == ("applied", "RETRY", "PARKED")
    assert told["before"]["disposition"] == "RETRY" and told["planned_version"] == 1
    assert [row["reason"] for row in skipped] == ["already parked"]
    assert triager.get(f"{OPERATIONS}999/items/").status_code == 404


def test_lists_cost_as_much_for_one_row_as_for_many(triager, django_assert_max_num_queries):
    by = triager.token.account
    one = parked(by, *make.errors(1))
    for path in (OPERATIONS, f"{OPERATIONS}{one.pk}/items/"):
        # once a minute it is noted that the token is used
        triager.get(path)
        with django_assert_max_num_queries(10) as few:
            triager.get(path)
        for row in make.errors(5):
            runner.run(parked(by, row))
        many_rows = parked(by, *make.errors(60))
        with django_assert_max_num_queries(10) as many:
            triager.get(path.replace(f"/{one.pk}/", f"/{many_rows.pk}/"))
        assert len(few) == len(many), path
