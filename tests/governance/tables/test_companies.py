"""Columns of the list of companies."""

import pytest

from governance.models import Readiness
from governance.tables.companies import CompanyTable
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def test_a_company_is_shown_by_name_domain_and_open_errors():
    error = make.error(outreach=make.company(company_name="A & B").outreach)

    row = drawn.row(CompanyTable, Readiness.objects.get(pk=error.outreach_id))

    shown = [drawn.text(row[name]) for name in ("company", "domain", "errors")]
    assert shown == ["A &amp; B", error.outreach.domain, "1"]


def test_every_offered_order_is_a_column_that_is_never_empty():
    for path in CompanyTable.sorts().values():
        assert not Readiness._meta.get_field(path).null
