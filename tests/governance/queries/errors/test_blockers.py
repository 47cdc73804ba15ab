"""What keeps a company from promotion, and which gate one error alone keeps shut."""

import pytest

from governance.models import Readiness
from governance.queries.errors import blockers
from tests import make

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
