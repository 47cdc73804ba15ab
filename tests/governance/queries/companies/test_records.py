"""What the hub tables hold of one company, in one query whatever they hold."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CompanySlot
from governance.queries.companies import records
from tests import make

pytestmark = pytest.mark.django_db


def test_a_company_of_the_spine_alone_is_found_and_holds_nothing():
    spine = make.outreach(domain="")

    found = records.find(spine.pk)

    assert (found.master, found.target, found.bit_score, found.read_at) == (None,) * 4
    assert found.filings.shown == found.slots.shown == found.people.shown == []
    assert found.name == str(spine.pk)
    assert found.open_to == frozenset()


def test_an_id_that_the_spine_does_not_know_is_not_found():
    assert records.find(uuid4()) is None


def test_it_is_called_by_its_name_else_by_its_domain():
    named = make.company(company_name="Hartfell").outreach
    nameless = make.outreach(domain="hartfell.example")

    assert records.find(named.pk).name == "Hartfell"
    assert records.find(nameless.pk).name == "hartfell.example"


def test_rows_do_not_fan_out_and_those_that_count_come_first():
    spine = make.promotable()
    for _ in range(4):
        make.filing(outreach=spine, ein=None, filing_present=None)
    for verified in (False, True, False):
        make.person(outreach=spine, email_verified=verified)
    for day in (1, 3, 2):
        make.blog(outreach=spine, context_timestamp=datetime(2026, 1, day, tzinfo=UTC))

    found = records.find(spine.pk)

    assert len(found.filings.shown) == 5
    assert found.filings.first.filing_present is True
    assert [one.email_verified for one in found.people.shown] == [True, False, False]
    assert found.read_at == datetime(2026, 1, 3, tzinfo=UTC)
    assert found.open_to == {"DOL", "PEOPLE", "BLOG", "BIT", "OUTREACH"}


def test_many_rows_are_cut_and_cost_no_further_query():
    spine = make.outreach()
    CompanySlot.objects.bulk_create(
        CompanySlot(outreach=spine, slot_type=f"TYPE-{n:03}") for n in range(60)
    )

    with CaptureQueriesContext(connection) as queries:
        found = records.find(spine.pk)

    assert len([one for one in queries if one["sql"].startswith("SELECT")]) == 1
    assert (len(found.slots.shown), found.slots.more) == (50, True)


def test_the_sovereign_id_is_not_read():
    spine = make.outreach()

    with CaptureQueriesContext(connection) as queries:
        records.find(spine.pk)

    assert not any("sovereign_id" in one["sql"] for one in queries)
