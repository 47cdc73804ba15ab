"""A violation that cannot be kept at once is kept as soon as it can be."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from governance.canon import lookups, records, threads
from governance.canon.results import ToolViolation
from governance.models import Violation
from governance.toolbox.codes import CODES, GATE_UNMET
from tests import make
from tests.browser import wait_for


def violation(entity: str) -> ToolViolation:
    code = CODES[GATE_UNMET]
    at = datetime(2026, 2, 2, tzinfo=UTC)
    return ToolViolation(
        GATE_UNMET,
        "TOOL-008",
        "HUB-PEOPLE",
        code.severity,
        code.disposition,
        "It lacks something.",
        at,
        {"entity": entity},
    )


@pytest.fixture
def unrecorded(monkeypatch) -> records.Unrecorded:
    """What waits, tried again at once."""
    found = records.Unrecorded()
    monkeypatch.setattr(records, "UNRECORDED", found)
    monkeypatch.setattr(records, "EVERY", 0.01)
    monkeypatch.setattr(threads, "LOCKED_FOR", 20)
    return found


def test_one_about_a_company_that_the_caller_holds_is_kept_when_he_is_done(
    committed_db, unrecorded
):
    company = make.outreach()

    with transaction.atomic():
        # its count of errors is written, and nobody else writes it until the end
        make.error(outreach=company)
        records.record(violation(str(company.pk)), actor="vera", channel="code")
        assert unrecorded.all()
    wait_for(lambda: not unrecorded.all(), seconds=20)

    kept = Violation.objects.get()
    assert (kept.outreach_id, kept.actor) == (company.pk, "vera")
    assert kept.at == datetime(2026, 2, 2, tzinfo=UTC)


def test_one_that_nothing_can_keep_hides_no_refusal_and_is_not_tried_again(unrecorded, monkeypatch):
    def fails(violation, **about):
        raise RuntimeError("It is no violation.")

    monkeypatch.setattr(lookups, "RECORDERS", [fails])
    monkeypatch.setattr(threads, "apart", lambda work: work())

    records.record(violation("acme"), actor="", channel="code")

    assert unrecorded.all() == {}


def test_a_child_process_keeps_nothing_of_its_parent(unrecorded):
    unrecorded.held[1] = lambda: None

    records.begin_anew()

    assert records.UNRECORDED.all() == {}
