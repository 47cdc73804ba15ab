"""What the page of a waiting plan offers: a start only where it would be accepted, else what to do instead."""

import pytest

from governance.models import HubError, Violation
from governance.services.approvals import requests, votes
from tests import make
from tests.governance.views.desk import gated, listed, planned, text, url
from tests.markup import tight

pytestmark = pytest.mark.django_db


def test_a_gated_plan_offers_the_request_and_no_start(client, triager):
    operation = gated(triager)

    page = text(client, url(operation))

    assert "Request approval for 1 row" in page
    assert url(operation, "start") not in page
    assert not Violation.objects.exists()


def test_a_plan_that_a_policy_stops_by_now_offers_the_request_and_no_start(client, triager):
    operation = planned(triager)
    before = text(client, url(operation))
    make.policy(name="LATER", verbs=["park"])

    page = text(client, url(operation))

    assert url(operation, "start") in before
    assert url(operation, "start") not in page
    assert "Request approval for 1 row" in page
    operation.refresh_from_db()
    assert operation.gate is None


def test_a_plan_without_an_eligible_row_offers_to_discard_it_alone(client, triager):
    operation = planned(triager, [make.error(disposition="PARKED")])

    page = text(client, url(operation))

    assert "No row is eligible: there is nothing to start." in page
    assert url(operation, "start") not in page
    assert url(operation, "discard") in page
    assert client.post(url(operation, "start")).status_code == 409


def test_an_awaiting_plan_says_when_it_was_asked_for_and_by_whom_to_everybody(client, triager):
    triager.first_name = "Nadia"
    triager.save()
    operation = gated(triager)
    requests.make(operation, by=triager, note="Before the load.")
    client.force_login(make.viewer())

    page = tight(text(client, url(operation)))

    assert f'Asked for approval by<span title="{triager}">Nadia</span><time' in page.replace(
        "> <", "><"
    ).replace("by <", "by<")
    assert "“Before the load.”" in page and "Take the request back" not in page


def test_a_rejected_plan_says_why_and_offers_to_plan_it_again_or_to_discard_it(client, triager):
    approval = requests.make(gated(triager), by=triager)
    votes.reject(approval, by=make.manager(), comment="Retry them first.")

    page = text(client, url(approval.operation))
    client.force_login(make.viewer())
    looked_at = text(client, url(approval.operation))

    assert "“Retry them first.”" in page and "“Retry them first.”" in looked_at
    for offered in (f"/approvals/{approval.pk}/discard/", url(approval.operation, "retry")):
        assert offered in page
        assert offered not in looked_at


def test_a_plan_leads_to_the_companies_that_it_frees(client, triager):
    error = make.error(outreach=make.promotable())
    operation = planned(triager, [error], "resolve", note="fixed")

    page = text(client, url(operation))

    assert f'href="/companies/?plan={operation.pk}&amp;freed_for=OUTREACH">1</a>' in page
    assert page.count(f"/companies/?plan={operation.pk}&amp;freed_for=") == 5


def test_a_plan_says_how_many_of_its_rows_have_changed_since_and_links_them(client, triager):
    rows = make.errors(3)
    operation = planned(triager, rows)
    before = text(client, url(operation))
    HubError.objects.filter(pk=rows[0].pk).update(owner="Somebody")

    page = text(client, url(operation))

    assert "Rows have changed since the plan." not in before
    assert "Rows have changed since the plan." in page
    assert listed(client, operation, "since=changed") == {rows[0].pk}
    assert f'href="{url(operation, "rows")}?since=changed">1</a>' in page
