"""People are named by their full names on pages, with the account where a pointer rests."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance import policies
from governance.exceptions import NotPermitted
from governance.models import Playbook
from governance.services.approvals import requests, votes
from governance.services.operations import command_line, plans, runner, steering
from governance.services.playbooks import reports, run_plans
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
NADIA, RUTH = '<span title="ops">Nadia Okafor</span>', '<span title="manager">Ruth Lindqvist</span>'


@pytest.fixture
def nadia(client):
    person = make.triager(username="ops", first_name="Nadia", last_name="Okafor")
    client.force_login(person)
    return person


@pytest.fixture
def ruth():
    return make.manager(username="manager", first_name="Ruth", last_name="Lindqvist")


def asked(by, rows=None):
    operation = plans.make("archive", errors=rows or [make.error()], by=by, reason="MANUAL")
    return requests.make(operation, by=by)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return tight(response.content.decode())


def test_the_lead_of_an_operation_names_who_asked_and_who_approved(client, nadia, ruth):
    approval = asked(nadia)
    votes.approve(approval, by=ruth)

    lead = page(client, f"/operations/{approval.operation_id}/")

    assert re.search(f"by {NADIA}, planned .+, approved by {RUTH}\\.", lead)


def test_an_operation_without_a_gate_names_no_approver(client, nadia):
    operation = plans.make("park", errors=[make.error()], by=nadia, reason="DATA_QUALITY")

    assert "approved by" not in page(client, f"/operations/{operation.pk}/")


def test_a_rejection_is_no_approval(client, nadia, ruth):
    approval = asked(nadia)
    votes.reject(approval, by=ruth, comment="no")

    assert "approved by" not in page(client, f"/operations/{approval.operation_id}/")


def test_the_timeline_of_an_operation_tells_full_names(client, nadia, ruth):
    approval = asked(nadia)
    requests.comment(approval, by=ruth, body="Why {actor}?")
    votes.approve(approval, by=ruth)

    told = page(client, f"/operations/{approval.operation_id}/")

    for words in (
        "Nadia Okafor froze the plan",
        "Ruth Lindqvist remarked",
        "Ruth Lindqvist approved",
        '<p title="manager">',
        "Why {actor}?",
    ):
        assert words in told


def test_the_list_of_operations_tells_full_names_at_the_same_cost(client, nadia):
    def queries():
        with CaptureQueriesContext(connection) as found:
            listed = page(client, "/operations/")
        return listed, len(found)

    plans.make("park", errors=[make.error()], by=nadia, reason="DATA_QUALITY")
    listed, one = queries()
    for n in range(5):
        plans.make(
            "park",
            errors=[make.error()],
            by=make.triager(first_name="Some", last_name=f"Body {n}"),
            reason="DATA_QUALITY",
        )

    assert NADIA in listed
    assert queries()[1] == one


def test_a_filter_by_person_tells_account_and_name(client, nadia):
    plans.make("park", errors=[make.error()], by=nadia, reason="DATA_QUALITY")

    assert "Nadia Okafor (ops)" in page(client, "/operations/?part=facets")
    assert "Nadia Okafor (ops)" in page(client, "/operations/?requester=ops")


def test_the_inbox_tells_full_names_of_votes_and_comments(client, nadia, ruth):
    approval = asked(nadia)
    requests.comment(approval, by=nadia, body="Soon, please.")
    votes.approve(approval, by=ruth)

    opened = page(client, f"/approvals/{approval.pk}/")

    assert f"<p>{RUTH}: approve" in opened
    assert f"<p>{NADIA}</p><p>Soon, please.</p>" in opened


def test_a_record_tells_full_names(client, nadia):
    error = make.error()
    runner.run(plans.make("park", errors=[error], by=nadia, reason="DATA_QUALITY"))

    told = page(client, f"/errors/{error.pk}/")

    assert f"</span> by {NADIA}" in told
    assert f"Parked by {NADIA}" in told
    assert "set aside by Nadia Okafor for" in told


def test_an_archived_record_tells_who_archived_it(client, nadia):
    row = make.archived(archived_by="ops")

    assert f"archived by {NADIA} as" in page(client, f"/errors/archive/{row.pk}/")
    assert NADIA in page(client, "/errors/archive/?columns=by")
    assert "Nadia Okafor (ops)" in page(client, "/errors/archive/?part=facets")


def test_a_report_tells_full_names_and_keeps_the_accounts_in_its_files(client, nadia, ruth):
    make.error(make.DOL)
    run = run_plans.make(Playbook.objects.get(slug="ops-backlog-cleanup").current, by=nadia)
    command_line.carry_out(run, approved_by=ruth)
    report = reports.ensure(run.pk)

    told, stored = (
        page(client, f"/reports/{report.pk}/"),
        client.get(f"/reports/{report.pk}/json/").json(),
    )

    assert f"<dd>{NADIA}" in told and f"<dd>{RUTH}</dd>" in told
    assert NADIA in page(client, "/reports/")
    assert (stored["run"]["executor"], stored["run"]["approvers"]) == ("ops", ["manager"])


def test_who_stopped_work_is_named_where_it_says_so(client, nadia, ruth):
    approval = asked(nadia)
    votes.reject(approval, by=ruth, comment="Not yet.")
    thrown = plans.make("park", errors=[make.error()], by=nadia, reason="DATA_QUALITY")
    steering.discard(thrown, by=nadia)

    rejected = page(client, f"/operations/{approval.operation_id}/")
    discarded = page(client, f"/operations/{thrown.pk}/")

    assert "Rejected by Ruth Lindqvist (manager): Not yet." in rejected
    assert "Discarded by Nadia Okafor (ops)." in discarded


def test_refusals_and_blockers_tell_full_names(client, nadia, ruth):
    approval = asked(nadia)
    nadia.is_active = False

    assert policies.run_blockers(nadia, approval.operation)[0] == "Nadia Okafor is switched off."
    with pytest.raises(NotPermitted, match="Only Nadia Okafor can ask for"):
        requests.make(approval.operation, by=ruth)
