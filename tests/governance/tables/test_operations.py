"""Cells of operations and of their rows: shares, states, rows that are gone."""

import pytest
from django.urls import reverse
from django.utils.html import conditional_escape

from governance.models import OperationItem
from governance.tables import operations
from governance.tables.operations import ItemTable, OperationTable
from tests import make
from tests.governance.tables.cells import every_cell

pytestmark = pytest.mark.django_db


def item_of(row, **given):
    """An item as the list of rows prepares it."""
    item = OperationItem(operation_id=1, subject_id=row.pk, **given)
    item.subject, item.code, item.was, item.now = row, "", "", ""
    return item


def test_a_plan_that_waits_says_how_many_rows_are_eligible():
    operation = make.operation(planned=1300, eligible=1200, skipped=100, filter="<b>=1")

    found = every_cell(OperationTable, operation)

    assert found["progress"] == '<span class="muted">1,200 eligible</span>'
    assert (found["rows"], found["gate"]) == ("1,300", "none")
    assert "&lt;b&gt;=1" in found["filter"]


def test_work_is_drawn_as_shares_of_the_plan_and_said_in_words():
    operation = make.operation(
        state="running", planned=10, eligible=9, applied=4, skipped=1, failed=2, cancelled=0
    )

    found = every_cell(OperationTable, operation)

    assert "4 applied, 1 skipped, 2 failed, 0 cancelled of 10" in found["progress"]
    assert found["failed"] == "2"


def test_an_operation_is_named_by_what_it_does():
    operation = make.operation(planned=2, filter="code=%3Ci%3E")

    cell = every_cell(OperationTable, operation)["operation"]

    assert reverse("governance:operation-detail", args=[operation.pk]) in cell
    assert f'Park 2 &lt;i&gt; errors <span class="muted">{operation}</span>' in cell


def test_a_row_is_a_link_to_its_record_by_company_with_the_domain_below():
    error = make.error(outreach=make.company(company_name="A <b> & Co").outreach)

    cell = every_cell(ItemTable, item_of(error))["row"]

    assert reverse("governance:error-detail", args=[error.pk]) in cell
    assert "A &lt;b&gt; &amp; Co" in cell
    assert f'<span class="sub-line">{error.domain}</span>' in cell


def test_a_row_that_is_gone_keeps_its_id():
    error = make.error()
    item = item_of(error)
    item.subject = None

    cell = every_cell(ItemTable, item)["row"]

    assert str(error.pk) in cell
    assert "no longer there" in cell
    assert "href" not in cell


def test_a_row_that_is_not_stored_yet_is_no_link():
    error = make.error(outreach=None, domain=None)
    error._state.adding = True

    assert operations.row_link(error) == 'without a company<span class="sub-line"></span>'


def test_a_company_target_has_no_page_of_its_own():
    target = make.target()

    assert operations.row_link(target) == (
        f'{target.outreach.domain}<span class="sub-line">{target.outreach.domain}</span>'
    )


@pytest.mark.parametrize(
    ("value", "start"),
    [("PARKED", '<span class="badge is-parked">'), ("failed", "failed"), ("", "")],
)
def test_dispositions_are_badges_and_other_states_words(value, start):
    assert str(operations.state(value)).startswith(start)
    assert ("badge" in str(operations.state(value))) is (value == "PARKED")


def test_was_and_now_are_escaped_where_they_are_no_dispositions():
    item = item_of(make.error())
    item.was, item.now = "<i>", "RETRY"

    found = every_cell(ItemTable, item)

    assert conditional_escape(found["was"]) == "&lt;i&gt;"
    assert "badge is-retry" in found["now"]


def test_rows_are_keyed_by_their_subject_and_operations_sorted_by_age():
    error = make.error()

    (row,) = ItemTable([item_of(error)]).body()

    assert row.key == str(error.pk)
    assert OperationTable.sorts() == {"created": "created_at"}
