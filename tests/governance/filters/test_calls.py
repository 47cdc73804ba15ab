"""What the ledger is narrowed to."""

import pytest

from governance.filters.calls import CallFilter
from governance.models import ToolCall
from outreach_admin.exceptions import BadRequest
from tests import ledgers, make

pytestmark = pytest.mark.django_db


def kept(text: str) -> list[ToolCall]:
    return list(CallFilter.from_text(text, ToolCall.objects.all()).qs)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("tool=mx-lookup", {"tool": "mx-lookup"}),
        ("hub=HUB-PEOPLE", {"hub": "HUB-PEOPLE"}),
        ("status=failed", {"status": "failed", "settled_at": "2026-02-02T00:00Z"}),
        ("entity=acme.example", {"entity": "acme.example"}),
        ("correlation_id=mine", {"correlation_id": "mine"}),
        ("reserved_before=2026-02-01", {"reserved_at": "2026-01-31T00:00Z"}),
        ("reserved_after=2030-01-01", {"reserved_at": "2030-01-31T00:00Z"}),
    ],
)
def test_calls_are_found_by_what_they_are(text, given):
    ledgers.call()
    wanted = ledgers.call(**given)

    assert kept(text) == [wanted]


def test_calls_are_found_by_who_made_them():
    wanted = ledgers.call(by=make.triager(username="vera"))
    ledgers.call(by=make.triager())

    assert kept("by=vera") == [wanted]


def test_a_status_that_there_is_not_is_refused():
    with pytest.raises(BadRequest, match="lost"):
        kept("status=lost")
