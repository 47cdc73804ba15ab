"""What a company that moved shows, and where it leads."""

import uuid
from datetime import date

from django.utils import timezone

from governance.models import TierTransition
from governance.tables.moves import MoveTable, companies_url, moves_url
from tests.governance.tables import drawn


def move(**given: object) -> TierTransition:
    found = TierTransition(pk=1, outreach_id=uuid.UUID(int=7), at=timezone.now())
    facts = {
        "company_name": "Amber & Sons",
        "domain": "amber.example",
        "stood_tier": "NOT_READY",
        "stands_tier": "absent",
        "stood_reason": "CT_MISSING",
        "stands_reason": "",
    }
    for name, value in (facts | given).items():
        setattr(found, name, value)
    return found


def test_a_company_leads_to_its_page_and_says_where_it_went():
    shown = {name: drawn.text(cell) for name, cell in drawn.row(MoveTable, move()).items()}

    assert f'href="/companies/{uuid.UUID(int=7)}/"' in shown["company"]
    assert "Amber &amp; Sons" in shown["company"]
    assert "Not ready" in shown["stood"] and "Not there" in shown["stands"]
    assert "no company target" in shown["lacked"] and "nothing" in shown["lacks"]


def test_a_company_that_is_no_more_goes_by_its_id():
    shown = drawn.text(drawn.row(MoveTable, move(company_name=""))["company"])

    assert f">{uuid.UUID(int=7)}</a>" in shown


def test_addresses_name_days_and_filter():
    first, last = date(2026, 1, 1), date(2026, 1, 2)

    assert companies_url("tier=NOT_READY") == "/companies/?tier=NOT_READY"
    assert (
        moves_url(first, last, to_tier="absent")
        == "/readiness/moves/?from=2026-01-01&to=2026-01-02&to_tier=absent"
    )
