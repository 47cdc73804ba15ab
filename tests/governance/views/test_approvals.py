"""The inbox: who sees which request, what he reads before he decides, and what his vote is bound to."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import Approval, Operation
from governance.queries.operations import titles
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner
from governance.services.playbooks import run_plans
from tests import make
from tests.governance.services.approvals.asked import two_steps
from tests.governance.views.desk import polled
from tests.markup import tight

pytestmark = pytest.mark.django_db
INBOX = "/approvals/"


@pytest.fixture
def manager(client):
    person = make.manager()
    client.force_login(person)
    return person


def requested(*, by=None, rows=None, note="Looked at twice."):
    operation = plans.make(
        "archive", errors=rows or [make.error()], by=by or make.triager(), reason="MANUAL"
    )
    return requests.make(operation, by=operation.requester, note=note)


def url(approval, act=""):
    return f"{INBOX}{approval.pk}/{act}/" if act else f"{INBOX}{approval.pk}/"


def vote(client, approval, decision, **given):
    return client.post(
        url(approval, "vote"),
        {"vote": decision, "plan_hash": approval.plan_hash, "comment": ""} | given,
    )


def counts(client, tab="due"):
    return {tab.label: tab.count for tab in client.get(f"{INBOX}?tab={tab}").context["tabs"]}


def test_the_inbox_opens_the_request_that_expires_first(client, manager):
    late, soon = requested(), requested()
    Approval.objects.filter(pk=soon.pk).update(expires_at=timezone.now() + timedelta(hours=1))

    response = client.get(INBOX)

    assert list(response.context["listed"]) == [soon, late]
    assert response.context["approval"] == soon


def test_each_tab_holds_its_requests(client, manager):
    requested()
    requested(by=manager)
    votes.reject(requested(), by=make.manager(), comment="no")
    lapsed = requested()
    Approval.objects.filter(pk=lapsed.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert counts(client) == {"Waiting for me": 1, "Asked by me": 1, "Decided": 1, "Expired": 1}
    assert client.get(f"{INBOX}?tab=nobody").status_code == 400


def test_a_request_i_voted_on_no_longer_waits_for_me(client, manager):
    make.policy(name="TWO", verbs=["park"], quorum=2)
    operation = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")
    approval = requests.make(operation, by=operation.requester)

    votes.approve(approval, by=manager)

    assert counts(client)["Waiting for me"] == 0
    assert "1 of 2 approvals" in client.get(url(approval)).content.decode()


def test_the_navigation_counts_what_waits_for_this_person(client, manager):
    requested()
    requested(by=manager)

    page = tight(client.get(INBOX).content.decode())
    client.force_login(make.triager())
    other = tight(client.get(INBOX).content.decode())

    due = '<span data-figure="approvals_due">{}</span><span class="unseen"> waiting for you</span>'
    assert f'<span class="nav-count is-due">{due.format(1)}</span>' in page
    assert f'<span class="nav-count is-due" hidden>{due.format("")}</span>' in other


def test_a_request_shows_what_would_happen_before_anybody_decides(client, manager):
    ready = make.promotable()
    approval = requested(rows=[make.error(outreach=ready), make.error(make.DOL)])
    other = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")

    response = client.get(url(approval))

    page, opened = response.content.decode(), response.context["opened"]
    assert (opened.eligible, opened.effect["gates"], opened.effect["companies"]) == (2, 1, 2)
    assert len(opened.sample) == 2
    for wanted in (
        "Looked at twice.",
        approval.plan_hash[:4],
        "ARCHIVE-BLOCKING",
        "Approve 2 rows",
        approval.requester.username,
    ):
        assert wanted in page
    assert other.reference not in page


def test_figures_of_the_effect_lead_to_their_rows(client, manager):
    approval = requested(rows=[make.error(outreach=make.promotable()), make.error(make.DOL)])

    page = client.get(url(approval)).content.decode()

    rows = f"/operations/{approval.operation_id}/rows/"
    assert (
        f'<a href="{rows}?effect=gates">1</a>' in page
        and f'<a href="{rows}?effect=companies">2</a>' in page
    )
    for key in ("gates", "last_blocker", "companies"):
        assert client.get(f"{rows}?effect={key}").status_code == 200
    assert "effect=expiring_48h" not in page


def test_a_request_warns_of_operations_over_the_same_rows(client, manager):
    error = make.error()
    approval = requested(rows=[error])
    other = plans.make("park", errors=[error], by=make.triager(), reason="DATA_QUALITY")

    page = client.get(url(approval)).content.decode()

    assert "<summary><strong>Overlaps with what waits or runs." in tight(page)
    assert f"/operations/{other.pk}/" in page


def test_approving_starts_the_plan_and_leads_to_it(client, manager):
    approval = requested()

    response = vote(client, approval, "approve", comment="fine")

    assert response.headers["Location"] == f"/operations/{approval.operation_id}/"
    operation = Operation.objects.get(pk=approval.operation_id)
    assert operation.state == "running"
    assert approval.votes.get().comment == "fine"
    runner.finish(operation)
    assert operation.applied == 1


def test_after_a_vote_the_next_request_opens_and_after_the_last_the_first(client, manager):
    first, second, third = requested(), requested(), requested()

    after_second = vote(client, second, "approve")
    after_third = vote(client, third, "reject", comment="no")

    assert after_second.headers["Location"] == url(third)
    assert after_third.headers["Location"] == url(first)


def test_a_decided_request_says_in_the_past_tense_who_decided(client, manager):
    manager.first_name, manager.last_name = "Ruth", "Lindqvist"
    manager.save()
    approval = requested()
    vote(client, approval, "approve", comment="fine")

    page = tight(client.get(f"{url(approval)}?tab=decided").content.decode())

    assert 'Approved by <span title="' in page and page.count("Ruth Lindqvist</span>") >= 3
    assert "What was asked for" in page and "Who decided" in page
    assert f"<h1>{titles.title_of_plan(approval.subject)} " in page
    for of_now in ("Used", "Exactly what will happen", "You may approve", "checked now"):
        assert of_now not in page


def test_requests_cost_the_same_queries_however_many_are_decided(client, manager):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{INBOX}?tab=decided")
        return len(captured)

    votes.reject(requested(), by=make.manager(), comment="no")
    cost()
    one = cost()
    for _ in range(3):
        votes.reject(requested(), by=make.manager(), comment="no")

    assert cost() == one


def test_rejecting_needs_a_reason_and_keeps_what_was_typed_nowhere_else(client, manager):
    approval = requested()

    refused = vote(client, approval, "reject")
    rejected = vote(client, approval, "reject", comment="retry them first")

    assert (refused.status_code, rejected.status_code) == (422, 302)
    assert "A rejection needs a reason" in refused.content.decode()
    assert Operation.objects.get(pk=approval.operation_id).state == "rejected"


def test_the_reason_is_asked_for_beside_the_buttons(client, manager):
    approval = requested()

    page = client.get(url(approval)).content.decode()

    bar = page[page.index('aria-label="Decide"') :]
    bar = bar[: bar.index("</form>")]
    assert (
        bar.index("needed to reject")
        < bar.index('<textarea name="comment"')
        < bar.index('value="approve"')
        < bar.index('value="reject"')
    )
    assert page.count('name="comment"') == 1


def test_a_rejection_without_a_reason_says_so_at_the_field(client, manager):
    page = vote(client, requested(), "reject").content.decode()

    field = page[page.index('<textarea name="comment"') :]
    assert 'aria-invalid="true"' in field[: field.index(">")]
    assert "A rejection needs a reason" in field[: field.index("</form>")]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"plan_hash": "0" * 64}, 409),
        ({"plan_hash": ""}, 422),
        ({"vote": "maybe"}, 422),
        ({"vote": ""}, 422),
        ({"plan_hash": "x" * 100}, 422),
    ],
)
def test_a_vote_on_anything_but_the_plan_that_was_read_decides_nothing(
    client, manager, given, status
):
    approval = requested()

    response = vote(client, approval, "approve", **given)

    assert response.status_code == status
    approval.refresh_from_db()
    assert (approval.state, approval.votes.count()) == ("pending", 0)


def test_who_asked_reads_his_request_but_gets_no_vote(client, manager):
    approval = requested(by=manager)

    page = client.get(url(approval)).content.decode()
    response = vote(client, approval, "approve")

    assert (
        "You are the requester" in page
        and "Take the request back" in page
        and 'value="approve"' not in page
    )
    assert response.status_code == 403
    assert "somebody else has to decide" in response.content.decode()


@pytest.mark.parametrize("role", ["triager", "analyst", "viewer", "admin"])
def test_who_may_not_vote_reads_and_is_refused(client, role):
    approval = requested()
    client.force_login(getattr(make, role)())

    assert client.get(url(approval)).status_code == 200
    assert vote(client, approval, "approve").status_code == 403


def test_a_decided_request_takes_no_second_vote(client, manager):
    approval = requested()
    votes.reject(approval, by=make.manager(), comment="no")

    response = vote(client, approval, "approve")

    assert response.status_code == 409
    assert 'value="approve"' not in client.get(url(approval)).content.decode()


def test_comments_are_kept_and_shown_as_they_were_typed(client, manager):
    approval = requested()

    response = client.post(url(approval, "comment"), {"body": "<b>Which ticket?</b>"})
    empty = client.post(url(approval, "comment"), {"body": " "})

    assert (response.status_code, empty.status_code) == (302, 422)
    assert "&lt;b&gt;Which ticket?&lt;/b&gt;" in client.get(url(approval)).content.decode()


def test_a_request_is_taken_back_by_who_asked_alone(client, manager):
    mine, others = requested(by=manager), requested()

    assert (
        client.post(url(mine, "withdraw")).headers["Location"]
        == f"/operations/{mine.operation_id}/"
    )
    assert client.post(url(others, "withdraw")).status_code == 403
    assert Operation.objects.get(pk=mine.operation_id).state == "planned"


def test_a_playbook_run_is_read_step_by_step(client, manager):
    make.errors(2, make.DOL)
    make.target("failed")
    park = {
        "name": "Park the DOL errors",
        "verb": "park",
        "error_table": make.DOL,
        "parameters": {"reason": "DATA_QUALITY"},
    }
    run = run_plans.make(
        make.playbook([park, {"name": "Reset the failed", "verb": "reset"}]), by=make.triager()
    )
    approval = requests.make(run, by=run.requester)

    response = client.get(url(approval))

    page = response.content.decode()
    assert [operation.eligible for operation in response.context["opened"].operations] == [2, 1]
    assert "Park the DOL errors" in page and "Reset the failed" in page and "Approve 3 rows" in page
    assert vote(client, approval, "approve").headers["Location"] == f"/playbooks/runs/{run.pk}/"


def test_nothing_waiting_says_so(client, manager):
    assert "Nothing waits for you" in client.get(INBOX).content.decode()


def test_a_request_that_is_not_there_is_no_page(client, manager):
    assert client.get(f"{INBOX}999/").status_code == 404
    assert (
        client.post(f"{INBOX}999/vote/", {"vote": "approve", "plan_hash": "x"}).status_code == 404
    )


def test_the_inbox_shows_by_itself_what_was_asked_since(client, manager):
    opened = requested()
    page = client.get(url(opened)).text

    other = requested()
    part = polled(client, page)

    assert url(other) in part.text and "<html" not in part.text
    assert 'aria-current="true"' in part.text and 'name="vote"' not in part.text


@pytest.mark.parametrize("what", ["vote", "comment", "start"])
def test_an_opened_request_that_moves_on_asks_for_its_page_once(client, manager, what):
    approval = requested()
    page = client.get(url(approval)).text
    still = polled(client, page)
    does = {
        "vote": lambda: votes.reject(approval, by=make.manager(), comment="No."),
        "comment": lambda: requests.comment(approval, by=approval.requester, body="Please."),
        "start": lambda: votes.approve(approval, by=make.manager()),
    }

    does[what]()

    assert "HX-Refresh" not in still.headers
    assert polled(client, page).headers["HX-Refresh"] == "true"


def test_an_empty_inbox_opens_the_first_request_that_comes(client, manager):
    page = client.get(INBOX).text

    requested()

    assert polled(client, page).headers["HX-Refresh"] == "true"


def test_shape_and_word_of_a_condition_agree(client, manager):
    approval = requested()

    page = tight(client.get(url(approval)).content.decode())

    waits = page[page.index("Policy ARCHIVE-BLOCKING") - 400 : page.index("0 of 1 approval,")]
    assert 'aria-label="still to come"' in waits
    assert 'aria-label="holds"' not in waits[waits.rindex("<li") :]


def test_a_request_for_a_run_names_and_links_its_operations(client, manager):
    run = two_steps()
    approval = requests.make(run, by=run.requester, note="Both.")

    page = tight(client.get(url(approval)).content.decode())

    for operation in run.operations.all():
        address = f"/operations/{operation.pk}/"
        named = f'<span class="muted">{operation.reference}</span>'
        assert re.search(rf'href="{address}">\s*{named}\s*{operation.note}', page)
