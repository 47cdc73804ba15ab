"""outreach.v_context_current: where each id stands in the waterfall."""

import pytest

from tests import make
from tests.governance.sql.surface.asked import refused, rows, value

pytestmark = pytest.mark.django_db
STATE = "SELECT waterfall_state FROM outreach.v_context_current WHERE outreach_id = %s"


def state(company) -> str:
    return value(STATE, company.pk)


def test_the_first_that_holds_is_its_state():
    nothing = make.outreach()
    pending, failed, blocked = (
        make.target(status).outreach for status in ("pending", "failed", "blocked")
    )
    no_filing = make.target("ready").outreach
    nobody = make.target("ready").outreach
    make.filing(outreach=nobody)
    make.filing(outreach=nobody)
    ready = make.target("ready").outreach
    make.filing(outreach=ready)
    make.person(outreach=ready)

    states = [state(one) for one in (nothing, pending, failed, blocked, no_filing, nobody, ready)]

    assert states == [
        "PENDING_CT",
        "PENDING_CT",
        "BLOCKED_CT",
        "BLOCKED_CT",
        "PENDING_DOL",
        "PENDING_PEOPLE",
        "READY",
    ]
    assert value("SELECT count(*) FROM outreach.v_context_current") == 7


def test_a_filing_that_says_there_is_none_counts_as_none():
    company = make.target("ready").outreach
    make.filing(outreach=company, filing_present=False)

    assert state(company) == "PENDING_DOL"


def test_counts_do_not_multiply_each_other():
    company = make.promotable()
    for _ in range(2):
        make.person(outreach=company)
        make.blog(outreach=company)
        make.filing(outreach=company)
    make.person(outreach=company, email_verified=False)

    found = rows(
        """SELECT people_count, people_verified_count, blog_signal_count, dol_ein IS NOT NULL
        FROM outreach.v_context_current WHERE outreach_id = %s""",
        company.pk,
    )

    assert found == [(3, 2, 2, True)]


def test_it_cannot_be_written():
    said = refused("UPDATE outreach.v_context_current SET domain = 'x.example'")

    assert "cannot update view" in said
