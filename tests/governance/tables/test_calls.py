"""What the list of calls shows."""

from decimal import Decimal

import pytest
from django.utils import timezone

from governance.tables.calls import CallTable, dollars, took
from tests import ledgers, make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def shown(**given):
    cells = drawn.row(CallTable, ledgers.call(**given), as_of=timezone.now())
    return {name: drawn.text(cell) for name, cell in cells.items()}


def test_a_call_leads_to_its_page_and_to_its_tool():
    cells = shown(correlation_id="nightly-17", cost=Decimal("0.001"))

    assert "/canon/calls/" in cells["call"] and "nightly-17" in cells["call"]
    assert 'href="/tools/scraper-api/"' in cells["tool"] and "TOOL-005" in cells["tool"]
    assert cells["status"].endswith("Reserved</span>")
    assert cells["cost"] == "0.001"


def test_a_call_names_the_company_that_it_is_about_and_another_entity_as_it_is():
    company = make.company(company_name="Brightwater Pumps")

    about = shown(entity=str(company.outreach_id))["about"]

    assert f"/companies/{company.outreach_id}/" in about and "Brightwater Pumps" in about
    assert "HUB-BLOG-001" in about
    assert "href" not in shown(entity="<b>acme.example")["about"]
    assert "none" in shown()["about"]


def test_a_call_names_who_made_it():
    person = make.triager(first_name="Ines", last_name="Duarte")

    assert "Ines Duarte" in shown(by=person)["by"]
    assert "a program" in shown()["by"]


def test_only_a_call_that_nobody_settled_is_open():
    ended = {"settled_at": timezone.now()}

    assert "open" in shown()["took"]
    assert "412 ms" in shown(status="failed", duration=412, **ended)["took"]
    for status in ("given_back", "called_off"):
        assert "none" in shown(status=status, **ended)["took"]


@pytest.mark.parametrize("tool", ["a/b", "ä b", "x\ty", "<b>"])
def test_what_no_tool_can_be_called_is_no_link(tool):
    assert "href" not in shown(tool=tool)["tool"]


@pytest.mark.parametrize(
    ("milliseconds", "said"), [(None, ""), (0, "0 ms"), (412, "412 ms"), (61_000, "1 min 1 s")]
)
def test_how_long_a_call_took_is_written_in_its_unit(milliseconds, said):
    assert took(milliseconds) == said


@pytest.mark.parametrize(
    ("cost", "said"),
    [("0", "0"), ("0.000000", "0"), ("0.017000", "0.017"), ("100.000000", "100")],
)
def test_dollars_have_no_zeros_at_their_end(cost, said):
    assert dollars(Decimal(cost)) == said
