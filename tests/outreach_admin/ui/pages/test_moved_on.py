"""An action on a page that has moved on shows that page as it is now, and says what happened."""

import pytest

from governance.models import Operation
from governance.services.approvals import requests
from governance.services.operations import runner, steering
from governance.services.playbooks import runs
from tests import make
from tests.governance import rules
from tests.governance.views.desk import HTMX, gated, planned, url

pytestmark = pytest.mark.django_db
NOW = "What you see is the page as it is now."


@pytest.fixture
def triager(client):
    """A triager, signed in."""
    person = make.triager()
    client.force_login(person)
    return person


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "discard", "start", "request"])
def test_what_has_ended_meanwhile_is_shown_as_it_ended(client, triager, act):
    operation = planned(triager)
    runner.run(operation)

    answer = client.post(url(operation, act))

    assert answer.status_code == 409
    assert answer.templates[0].name == "governance/operations/ended.html"
    assert f"{operation} is done" in answer.text or "needs no approval" in answer.text
    assert NOW in answer.text


def test_the_page_as_it_is_now_offers_what_is_possible_now(client, triager):
    operation = planned(triager)
    steering.start(operation, by=triager)
    steering.pause(operation, by=triager)

    answer = client.post(url(operation, "pause"))

    assert "is paused, not running" in answer.text
    assert url(operation, "resume") in answer.text and url(operation, "pause") not in answer.text
    assert 'aria-current="page">OP-' in answer.text


def test_htmx_swaps_the_whole_page(client, triager):
    operation = planned(triager)
    runner.run(operation)

    answer = client.post(url(operation, "cancel"), headers=HTMX)

    assert answer.headers["HX-Retarget"] == answer.headers["HX-Reselect"] == "#main"
    assert "<html" in answer.text and NOW in answer.text


def test_what_happened_is_said_once(client, triager):
    operation = planned(triager)
    runner.run(operation)
    client.post(url(operation, "cancel"))

    assert NOW not in client.get(url(operation)).text


def test_a_run_that_has_moved_on_shows_its_page(client, triager):
    make.error()
    run = rules.planned(rules.RETRY)
    runs.discard(run, by=run.requester)

    answer = client.post(f"/playbooks/runs/{run.pk}/discard/")

    assert answer.status_code == 409
    assert answer.templates[0].name == "governance/playbooks/runs/detail.html"
    assert NOW in answer.text


def test_a_vote_on_a_request_taken_back_shows_the_request(client, triager):
    approval = requests.make(gated(triager), by=triager)
    manager = make.manager()
    requests.withdraw(approval, by=triager)
    client.force_login(manager)

    answer = client.post(
        f"/approvals/{approval.pk}/vote/", {"vote": "approve", "plan_hash": approval.plan_hash}
    )

    assert answer.status_code == 409
    assert "This request is withdrawn already." in answer.text
    assert "Asked by" in answer.text and NOW in answer.text


def test_what_is_refused_for_another_reason_stays_a_page_of_its_own(client, triager):
    operation = planned(triager)

    answer = client.post(url(operation, "throttle"), {"rows_a_second": "0"})

    assert answer.status_code == 422 and NOW not in answer.text
    assert Operation.objects.get(pk=operation.pk).throttle is None
