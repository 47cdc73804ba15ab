"""What keeps a company from promotion, and which gate one error alone keeps shut."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import HubError, Readiness
from governance.queries.errors import blockers
from tests import make, owner

pytestmark = pytest.mark.django_db


def readiness(outreach) -> Readiness:
    return Readiness.objects.get(pk=outreach.pk)


def listed(outreach) -> list[tuple]:
    return [
        (one.kind, one.words, one.severity, one.hub)
        for one in blockers.of(outreach.pk, readiness(outreach))
    ]


def test_an_empty_company_lacks_every_done_state():
    assert listed(make.outreach()) == [
        ("DONE_STATE", "Company target not done", "CRITICAL", "every hub"),
        ("DONE_STATE", "DOL not done", "MEDIUM", "Outreach"),
        ("DONE_STATE", "People not done", "MEDIUM", "Outreach"),
    ]


def test_errors_block_by_their_hub():
    company = make.promotable()
    make.error(make.CT, outreach=company)
    make.error(make.DOL, outreach=company, disposition="PARKED")
    make.error(make.URL, outreach=company)
    make.error(make.PEOPLE, outreach=company, disposition="RESOLVED")

    assert sorted(listed(company)) == [
        ("BLOCKING_ERROR", "CT-M-NO-MX", "HIGH", "every hub"),
        ("BLOCKING_ERROR", "NO_MATCH", "HIGH", "Outreach"),
    ]


def test_each_blocker_says_what_to_do():
    company = make.outreach()
    make.target("failed", outreach=company)
    make.slots(1, outreach=company)
    make.error(make.CT, outreach=company, retry_count=1)
    make.error(make.PEOPLE, outreach=company, code="NEVER-HEARD-OF")

    found = {one.words: one for one in blockers.of(company.pk, readiness(company))}

    assert found["Company target not done"].to_do == "Follows from CT-M-NO-MX."
    assert found["CT-M-NO-MX"].to_do.startswith("DNS can change")
    assert found["CT-M-NO-MX"].note == "RETRY, 1 of 3 tries used"
    assert found["NEVER-HEARD-OF"].to_do == blockers.UNREGISTERED
    assert found["DOL not done"].to_do == "Load a filing that has an EIN."
    assert found["People not done"].to_do == "Fill 2 more slots."


@pytest.mark.parametrize("status", [None, "pending", "failed", "blocked", "ready"])
def test_a_company_target_without_an_error_says_what_its_status_asks_for(status):
    company = make.outreach()
    if status:
        make.target(status, outreach=company, email_method=None)

    first = blockers.of(company.pk, readiness(company))[0]

    assert first.to_do == blockers.TARGET_TO_DO[status]
    assert first.note == (f"status {status}" if status else "no record")


def test_of_many_errors_fifty_are_given_and_those_that_block_every_hub_come_first():
    company = make.promotable()
    make.errors(60, make.DOL, outreach=company)
    make.error(make.CT, outreach=company)

    found = blockers.of(company.pk, readiness(company))

    assert len(found) == blockers.MOST_SHOWN
    assert found[0].words == "CT-M-NO-MX"
    assert len(blockers.read(company.pk, readiness(company))) == 61


def test_an_id_that_the_spine_does_not_know_shows_its_errors():
    error = make.error(outreach=None)
    HubError.objects.filter(pk=error.pk).update(outreach=uuid4())
    error.refresh_from_db()

    assert [one.error_id for one in blockers.of(error.outreach_id, None)] == [error.pk]


def test_a_promotable_company_has_none():
    assert listed(make.promotable()) == []


def test_the_last_anchor_error_opens_every_gate():
    company = make.promotable()
    error = make.error(make.CT, outreach=company)

    assert blockers.gates_alone(error, blockers.readiness_of(error)) == [
        "DOL",
        "People",
        "Blog",
        "BIT",
        "Outreach",
    ]


def test_without_dol_the_anchor_error_opens_all_but_outreach():
    company = make.outreach()
    make.target("ready", outreach=company)
    error = make.error(make.CT, outreach=company)

    assert blockers.gates_alone(error, blockers.readiness_of(error)) == [
        "DOL",
        "People",
        "Blog",
        "BIT",
    ]


def test_one_of_two_errors_opens_nothing():
    company = make.promotable()
    error = make.error(make.CT, outreach=company)
    make.error(make.CT, outreach=company)

    assert blockers.gates_alone(error, blockers.readiness_of(error)) == []


@pytest.mark.parametrize(("table", "facts"), [(make.DOL, {}), (make.PEOPLE, {})])
def test_the_last_error_of_another_hub_opens_outreach(table, facts):
    company = make.promotable()
    error = make.error(table, outreach=company, **facts)

    assert blockers.gates_alone(error, blockers.readiness_of(error)) == ["Outreach"]


@pytest.mark.parametrize("table", [make.CT, make.DOL, make.PEOPLE])
def test_gates_alone_is_what_happens_when_it_is_resolved(table):
    company = make.promotable()
    error = make.error(table, outreach=company)
    promised = "Outreach" in blockers.gates_alone(error, blockers.readiness_of(error))

    error.delete()

    assert promised == readiness(company).promotable is True


def test_an_error_that_does_not_block_opens_nothing():
    company = make.outreach()

    error = make.error(make.URL, outreach=company)

    assert blockers.gates_alone(error, blockers.readiness_of(error)) == []


def test_since_when_a_company_is_blocked_counts_errors_and_violations():
    now = timezone.now()
    first, second, third = (make.outreach() for _ in range(3))
    make.error(outreach=first, created_at=now - timedelta(days=3))
    make.violation(outreach=first, at=now - timedelta(days=5))
    make.error(outreach=second, created_at=now - timedelta(days=2))
    make.violation(outreach=second, at=now - timedelta(days=1))
    make.violation("V-GATE-003", outreach=third)

    with CaptureQueriesContext(connection) as queries:
        found = blockers.oldest([first.pk, second.pk, third.pk])

    assert len([query for query in queries if " FROM " in query["sql"]]) == 1
    assert found == {first.pk: now - timedelta(days=5), second.pk: now - timedelta(days=2)}


def test_of_a_company_that_waits_to_be_counted_anew_nothing_else_is_asked_for():
    company = make.promotable()
    owner.leaves(company.pk)

    (found,) = blockers.of(company.pk, readiness(company))

    assert (found.words, found.severity, found.hub) == (
        blockers.COUNTED_ANEW,
        "CRITICAL",
        blockers.EVERY_HUB,
    )
    assert (found.note, found.to_do) == ("", "")
