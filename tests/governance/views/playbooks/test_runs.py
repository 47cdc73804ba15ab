"""The page of a playbook run, and what its buttons do."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from governance.models import HubError, Playbook, PlaybookRun, Violation
from governance.services.approvals import requests, votes
from governance.services.operations import command_line, steering
from governance.services.playbooks import reports, run_plans
from tests import make
from tests.governance.views.desk import polled

pytestmark = pytest.mark.django_db
SLUG = "ops-backlog-cleanup"


@pytest.fixture
def ops(client):
    person = make.triager()
    client.force_login(person)
    return person


@pytest.fixture
def playbook():
    return Playbook.objects.get(slug=SLUG)


def address(name, *args):
    return reverse(f"governance:{name}", args=args)


@pytest.fixture
def run(ops, playbook):
    make.error(make.DOL)
    make.error(make.CT, retry_count=1)
    return run_plans.make(playbook.current, by=ops)


def test_a_start_without_approval_is_refused_and_recorded(client, run):
    response = client.post(address("run-start", run.pk))

    assert response.status_code == 409
    assert "V-GATE-002" in response.content.decode()
    assert Violation.objects.get().playbook_run == run


def test_a_request_is_made_with_a_note_and_shown(client, run):
    client.post(address("run-request", run.pk), {"note": "Before the March load."})

    page = client.get(address("run-detail", run.pk)).content.decode()
    assert run.approvals.get().note == "Before the March load."
    assert "Awaiting approval" in page
    assert address("approval-detail", run.approvals.get().pk) in page


def test_the_page_of_a_requested_run_shows_the_decision_by_itself(client, run):
    asked = address("run-detail", run.pk) + "?part=waiting"
    request = requests.make(run, by=run.requester)

    still = client.get(asked, headers={"HX-Request": "true"})
    votes.approve(request, by=make.manager())
    decided = client.get(asked, headers={"HX-Request": "true"})

    assert (
        'hx-trigger="every 5s, shown"' in still.content.decode()
        and "<html" not in still.content.decode()
    )
    assert decided["HX-Refresh"] == "true"


def test_a_running_run_is_polled_and_asks_for_the_page_at_its_end(client, run):
    votes.approve(requests.make(run, by=run.requester), by=make.manager())
    polled = client.get(address("run-detail", run.pk), headers={"HX-Request": "true"})
    command_line.carry_out(PlaybookRun.objects.get(pk=run.pk))
    unwritten = client.get(address("run-detail", run.pk), headers={"HX-Request": "true"})

    reports.ensure(run.pk)
    ended = client.get(address("run-detail", run.pk), headers={"HX-Request": "true"})

    assert 'hx-trigger="every 2s, shown"' in polled.content.decode()
    assert "The report is being written." in unwritten.content.decode()
    assert ended["HX-Refresh"] == "true"


def test_a_run_shows_by_itself_that_one_of_its_operations_was_paused(client, run):
    votes.approve(requests.make(run, by=run.requester), by=make.manager())
    page = client.get(address("run-detail", run.pk)).text
    still = polled(client, page)

    steering.pause(run.operations.get(state="running"), by=run.requester)

    assert "HX-Refresh" not in still.headers
    assert polled(client, page).headers["HX-Refresh"] == "true"


def test_a_run_whose_operation_cannot_go_on_says_what_failed_and_how_often(client, run):
    votes.approve(requests.make(run, by=run.requester), by=make.manager())
    run.operations.filter(state="running").update(failures=2, fault="KeyError: 'park'")

    page = client.get(address("run-detail", run.pk)).content.decode()

    assert "could not go on, 2 times in a row." in page
    assert "KeyError: &#x27;park&#x27;" in page
    assert "No worker has taken it up yet" not in page


def test_a_running_run_says_whose_lock_its_operation_waits_for(client, run):
    votes.approve(requests.make(run, by=run.requester), by=make.manager())
    run.operations.filter(state="running").update(waits_for="ana/psql")

    page = client.get(address("run-detail", run.pk)).content.decode()

    assert "Waiting for a lock held by ana/psql." in page


def test_an_ended_run_links_its_report(client, run):
    command_line.carry_out(run, approved_by=make.manager())

    report = reports.ensure(run.pk)

    assert (
        address("report-detail", report.pk)
        in client.get(address("run-detail", run.pk)).content.decode()
    )


def test_a_running_run_can_be_cancelled(client, run):
    votes.approve(requests.make(run, by=run.requester), by=make.manager())

    client.post(address("run-cancel", run.pk))

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert set(HubError.objects.values_list("disposition", flat=True)) == {"RETRY"}


def test_a_waiting_run_can_be_discarded(client, run):
    response = client.post(address("run-discard", run.pk), follow=True)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert (
        "Nothing was changed" in str(next(iter(get_messages(response.wsgi_request)), ""))
        or "Discarded" in response.content.decode()
    )


def test_the_page_of_a_run_costs_the_same_for_few_and_many_rows(
    client, ops, playbook, django_assert_max_num_queries
):
    make.errors(30, make.DOL)
    run = run_plans.make(playbook.current, by=ops)

    with django_assert_max_num_queries(27):
        client.get(address("run-detail", run.pk))


def test_an_ended_run_offers_its_undo_which_is_a_run_to_approve(client, run):
    command_line.carry_out(run, approved_by=make.manager())
    reports.ensure(run.pk)
    assert address("run-undo", run.pk) in client.get(address("run-detail", run.pk)).content.decode()

    page = client.post(address("run-undo", run.pk), follow=True).content.decode()

    back = PlaybookRun.objects.get(undoes=run)
    assert f"Undo {run}: {run.eligible} row" in page and address("run-request", back.pk) in page
    original = client.get(address("run-detail", run.pk)).content.decode()
    assert (
        address("run-undo", run.pk) not in original and address("run-detail", back.pk) in original
    )
    assert client.post(address("run-undo", run.pk)).status_code == 409
    command_line.carry_out(back, approved_by=make.manager())
    ended = client.get(address("run-detail", back.pk)).content.decode()
    assert "The report is being written" not in ended and "every 2s" not in ended


def test_a_gated_run_offers_the_request_and_no_start_until_it_would_begin(client, run):
    page = client.get(address("run-detail", run.pk)).content.decode()

    assert "Request approval for 2 rows" in page
    assert address("run-start", run.pk) not in page


def test_an_awaiting_run_says_when_it_was_asked_for_and_by_whom(client, run):
    requests.make(run, by=run.requester)

    page = client.get(address("run-detail", run.pk)).content.decode()

    assert "Asked for approval by" in page
    assert "policy PLAYBOOK-RUN, version 1." in page


def test_a_run_without_an_eligible_row_offers_neither_start_nor_request(client, ops, playbook):
    make.error(make.CT, next_retry_at=timezone.now() + timedelta(hours=1))
    run = run_plans.make(playbook.current, by=ops)

    page = client.get(address("run-detail", run.pk)).content.decode()

    assert "No row is eligible: there is nothing to start." in page
    assert address("run-start", run.pk) not in page
    assert address("run-request", run.pk) not in page


def test_a_rejected_run_says_why_and_offers_a_new_one_to_who_asked(client, run):
    approval = requests.make(run, by=run.requester)
    votes.reject(approval, by=make.manager(), comment="Retry them first.")

    page = client.get(address("run-detail", run.pk)).content.decode()

    assert "“Retry them first.”" in page
    assert "Plan a new run" in page
    assert address("approval-discard", approval.pk) in page
