"""Pages of work that is held: why, what it waits for, and in whose name it goes on."""

import pytest

from governance.models import Operation
from governance.services.approvals import requests, votes
from governance.services.operations import runner, steering
from tests import make
from tests.governance.services.approvals.asked import requested, two_steps
from tests.governance.views.desk import text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(client):
    """An operation held because its approver was switched off; its planner is signed in."""
    person, voter = make.triager(username="ops", first_name="Nadia"), make.manager()
    approval = requested(by=person)
    votes.approve(approval, by=voter)
    make.lose(voter, "account")
    runner.run_chunk(approval.operation_id)
    client.force_login(person)
    return Operation.objects.get(pk=approval.operation_id)


def test_it_offers_to_ask_anew_instead_of_resuming(client, held):
    page = text(client, url(held))

    assert "Held: A vote no longer counts" in page
    assert "Ask for a new approval" in page
    assert "Resume" not in page


def test_asking_anew_leads_to_a_request_that_lets_it_go_on(client, held):
    client.post(url(held, "request"), {"note": "Half of it is done."})
    page = text(client, url(held))
    approval = held.approvals.latest("pk")

    assert "Asked for" in page and "Take the request back" in page
    votes.approve(approval, by=make.manager())
    assert "In the name of" in text(client, url(held))
    assert Operation.objects.get(pk=held.pk).state == "running"


def test_who_may_not_run_it_is_told_who_can(client, held):
    client.force_login(make.viewer())

    page = text(client, url(held))

    assert "Somebody who may run it can ask for one." in page
    assert "Ask for a new approval" not in page


def test_work_that_somebody_paused_is_resumed_as_before(client, held):
    operation = make.operation(state="paused", requester=held.requester)

    page = text(client, url(operation))

    assert "Resume" in page
    assert "A new approval" not in page


def test_a_resume_without_an_approval_is_refused_with_what_to_do(client, held):
    answer = client.post(url(held, "resume"))

    assert answer.status_code == 409
    assert "Ask for a new approval on its page" in answer.content.decode()


def test_an_approved_request_that_did_not_start_can_be_taken_back(client):
    person = make.triager()
    approval = requested(by=person)
    make.lose(person, "account")
    votes.approve(approval, by=make.manager())
    type(person).objects.filter(pk=person.pk).update(is_active=True)
    client.force_login(person)

    on_the_plan = text(client, url(approval.operation))
    on_the_request = text(client, f"/approvals/{approval.pk}/")

    for page in (on_the_plan, on_the_request):
        assert "Take the request back" in page


def test_a_run_says_who_started_it_and_asks_anew_for_its_held_step(client):
    run, voter = two_steps(), make.manager(first_name="Ruth")
    votes.approve(requests.make(run, by=run.requester), by=voter)
    step = run.operations.get(position=0)
    steering.pause(step, by=run.requester)
    make.lose(voter, "account")
    client.force_login(run.requester)

    page = text(client, f"/playbooks/runs/{run.pk}/")
    answer = client.post(f"/playbooks/runs/{run.pk}/request/", {"note": ""})

    assert "In whose name" in page and "Ask for a new approval" in page
    assert answer.status_code == 302
    assert run.approvals.latest("pk").state == "pending"


def test_a_vote_that_no_longer_counts_says_so_on_the_request(client, held):
    page = text(client, f"/approvals/{held.approvals.get().pk}/")

    assert "Does not count now" in page
