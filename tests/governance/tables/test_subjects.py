"""What the columns of every subject's list share."""

import pytest

from governance.models import Readiness
from governance.tables.subjects import SubjectTable
from outreach_admin.ui import tables
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


class PlainTable(SubjectTable):
    detail_url_name = "governance:company-detail"
    company = tables.LinkColumn(accessor="name")


def test_a_row_leads_to_its_record_with_the_list_it_came_from_and_offers_no_verb():
    on = make.outreach(domain="a.example")
    table = type("Filtered", (PlainTable,), {"query": "tier=NOT_READY"})

    shown = drawn.row(table, Readiness.objects.get())["company"]

    address = f"/companies/{on.pk}/?tier=NOT_READY"
    assert drawn.text(shown) == f'<a href="{address}" data-open>a.example</a>'
