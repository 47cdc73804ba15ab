"""What a row of violations shows."""

import pytest

from governance.models import ViolationCase
from governance.tables.violations import ViolationTable
from tests import make

pytestmark = pytest.mark.django_db


def cells(case):
    rows = ViolationCase.objects.select_related("violation", "outreach__company")
    table = ViolationTable(rows.filter(pk=case.pk))
    (row,) = table.rows
    return {column.name: str(row.get_cell(column.name)) for column in table.columns}


def test_it_says_which_rule_by_which_tool_about_whom():
    company = make.company()
    case = make.violation(outreach=company.outreach, message="mx_present is false")

    shown = cells(case)

    assert f"/canon/violations/{case.pk}/" in shown["code"]
    assert "mx_present is false" in shown["message"]
    assert "PARKED" in shown["disposition"]
    assert "hunter-enricher" in shown["tool"]
    assert company.company_name in shown["about"]
    assert str(company.outreach_id) in shown["about"]


def test_a_company_that_the_spine_does_not_know_is_no_link():
    shown = cells(make.violation(outreach=None, entity="stranger.example"))

    assert shown["about"] == '<span class="muted">stranger.example</span>'
    assert "none" in cells(make.violation(outreach=None))["about"]


def test_a_cut_message_begins_with_what_was_wrong():
    said = "TOOL-008 HunterEnricher may not be called for HUB-COMPANY-TARGET: mx_present is false."
    for message, begins in (
        (said, "mx_present is false."),
        ("TOOL-008 HunterEnricher is closed: to all.", "HunterEnricher is closed: to all."),
        ("A hub: none.", "A hub: none."),
        ("Lusha is a banned vendor.", "Lusha is a banned vendor."),
    ):
        shown = cells(make.violation(message=message))
        assert shown["message"] == f'<span class="muted">{begins}</span>'
