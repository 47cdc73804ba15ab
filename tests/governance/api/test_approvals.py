"""Requests for approval by the API: four eyes hold, and only the plan that was read is agreed to."""

import pytest

from governance.models import Approval
from governance.services.approvals import requests
from governance.services.operations import plans
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db

APPROVALS = "/api/approvals/"
# twelve reads; the others set limits for them and take these back
MOST_QUERIES = 20


@pytest.fixture
def triager() -> Caller:
    return Caller(make.triager(username="ops"), "triage")


@pytest.fixture
def manager() -> Caller:
    return Caller(make.manager(username="boss"), "triage", "approve")


@pytest.fixture
def asked(triager) -> Approval:
    make.policy(verbs=["park"])
    return request_of(triager)


def request_of(caller: Caller) -> Approval:
    by = caller.token.account
    plan = plans.make("park", errors=[make.error()], by=by, reason="DATA_QUALITY")
    return requests.make(plan, by=by, note="Please.")


def act(caller: Caller, approval: Approval, action: str, body=None, **headers):
    return caller.post(f"{APPROVALS}{approval.pk}/{action}/", body, **headers)


def test_a_vote_for_the_plan_that_was_read_starts_it(manager, asked):
    read = manager.get(f"{APPROVALS}{asked.pk}/").json()

    answer = act(manager, asked, "approve", {"plan_hash": read["plan_hash"], "comment": "Go."})

    said = answer.json()
    assert answer.status_code == 200
    assert (said["state"], said["subject_state"]) == ("used", "running")
    (vote,) = said["opened"]["votes"]
    assert (vote["voter"], vote["decision"], vote["channel"]) == ("boss", "approve", "api")
    assert vote["comment"] == "Go." and vote["void"] == ""


@pytest.mark.parametrize("sent", [{}, {"plan_hash": ""}, {"plan_hash": None}, {"plan_hash": 5.5}])
def test_who_does_not_say_what_was_read_approves_nothing(manager, asked, sent):
    answer = act(manager, asked, "approve", sent)

    assert answer.status_code in (409, 422)
    assert not asked.votes.exists()


def test_another_plan_than_the_one_read_is_refused(manager, asked):
    answer = act(manager, asked, "approve", {"plan_hash": "0" * 64})

    assert answer.status_code == 409
    assert "not what this request is about" in answer.json()["detail"]
    assert not asked.votes.exists()


def test_who_asks_never_decides(manager, asked):
    own = request_of(manager)

    for action, body in [("approve", {"plan_hash": own.plan_hash}), ("reject", {"comment": "x"})]:
        answer = act(manager, own, action, body)

        assert answer.status_code == 403
        assert "You asked for this yourself" in answer.json()["detail"]
    assert not own.votes.exists()


def test_a_vote_needs_its_scope_and_its_right(triager, asked):
    body = {"plan_hash": asked.plan_hash}
    no_scope = Caller(make.manager(), "triage")
    no_right = Caller(make.triager(), "approve")
    pipeline = Caller(pipeline="loader", scopes=["pipeline"])

    answers = [act(caller, asked, "approve", body) for caller in (no_scope, no_right, pipeline)]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert "approve" in answers[0].json()["detail"]
    assert not asked.votes.exists()


def test_a_rejection_says_why_and_ends_the_plan(manager, asked):
    silent = act(manager, asked, "reject", {"comment": " "})
    answer = act(manager, asked, "reject", {"comment": "Retry first."})

    assert silent.status_code == 422 and silent.json()["errors"][0]["field"] == "comment"
    assert (answer.json()["state"], answer.json()["subject_state"]) == ("rejected", "rejected")


def test_a_request_is_read_with_all_that_decides(manager, asked):
    said = manager.get(f"{APPROVALS}{asked.pk}/").json()

    opened = said["opened"]
    assert (opened["eligible"], opened["effect"]["companies"]) == (1, 1)
    assert opened["operations"] == [asked.operation_id] and opened["may_vote"] is True
    assert {check["state"] for check in opened["checks"]} == {"holds", "waits"}
    assert said["policy"]["quorum"] == 1 and said["note"] == "Please."
    assert manager.get(said["links"]["operation"]).json()["state"] == "awaiting"


def test_lists_are_those_of_the_inbox(triager, manager, asked):
    own = request_of(manager)

    def listed(caller: Caller, query: str) -> list[int]:
        return [row["id"] for row in caller.get(f"{APPROVALS}?{query}").json()["results"]]

    assert listed(manager, "list=due") == [asked.pk]
    assert listed(manager, "list=mine") == [own.pk]
    assert listed(manager, "") == [own.pk, asked.pk]
    assert listed(triager, "list=due") == []
    found = manager.post(f"{APPROVALS}search/", {"filter": {"list": "mine"}}).json()
    assert [row["id"] for row in found["results"]] == [own.pk]


def test_remarks_decide_nothing(triager, manager, asked):
    both = [act(caller, asked, "comment", {"body": "Why?"}) for caller in (triager, manager)]
    other = act(Caller(make.triager(), "triage"), asked, "comment", {"body": "Hm."})

    assert [answer.status_code for answer in both] == [201, 201] and other.status_code == 403
    remarks = manager.get(f"{APPROVALS}{asked.pk}/").json()["remarks"]
    assert [(one["author"], one["body"]) for one in remarks] == [("ops", "Why?"), ("boss", "Why?")]


def test_only_who_asked_takes_a_request_back(triager, manager, asked):
    assert act(manager, asked, "withdraw").status_code == 403
    assert act(triager, asked, "withdraw").json()["state"] == "withdrawn"
    assert act(triager, asked, "withdraw").status_code == 409


def test_only_who_asked_is_done_with_a_rejection(triager, manager, asked):
    act(manager, asked, "reject", {"comment": "No."})

    assert act(manager, asked, "discard").status_code == 403
    assert act(triager, asked, "discard").json()["discarded_at"]


def test_who_read_before_a_remark_reads_again(triager, manager, asked):
    seen = manager.get(f"{APPROVALS}{asked.pk}/")
    act(triager, asked, "comment", {"body": "Wait: one of them is wrong."})
    body = {"plan_hash": seen.json()["plan_hash"]}

    assert act(manager, asked, "approve", body, If_Match=seen["ETag"]).status_code == 412
    assert not asked.votes.exists()


def test_the_list_costs_as_much_for_one_as_for_many(triager, asked, django_assert_max_num_queries):
    triager.get(APPROVALS)
    with django_assert_max_num_queries(10) as one:
        triager.get(APPROVALS)
    for _ in range(9):
        request_of(triager)
    with django_assert_max_num_queries(10) as many:
        triager.get(APPROVALS)

    assert len(one) == len(many)


def test_one_request_costs_as_much_for_one_row_as_for_many(
    triager, manager, asked, django_assert_max_num_queries
):
    by = triager.token.account
    plan = plans.make("park", errors=make.errors(60), by=by, reason="DATA_QUALITY")
    many = requests.make(plan, by=by)
    manager.get(APPROVALS)

    with django_assert_max_num_queries(MOST_QUERIES) as few:
        manager.get(f"{APPROVALS}{asked.pk}/")
    with django_assert_max_num_queries(MOST_QUERIES) as all_of_them:
        manager.get(f"{APPROVALS}{many.pk}/")

    assert len(few) == len(all_of_them)
