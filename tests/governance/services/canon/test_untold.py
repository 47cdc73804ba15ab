"""A call whose end the ledger did not hear is settled when it is back, with what it cost then."""

from decimal import Decimal

import pytest

from governance.models import ToolCall, ToolPlace, ToolUsage
from governance.queries.canon import apart
from governance.services.canon import calls, untold
from tests import ledgers
from tests.browser import wait_for


class Away(apart.Pool):
    """A database that does not answer."""

    def lent(self):
        raise apart.Unknown("It is away.")


@pytest.fixture
def away(committed_db, redis_server, monkeypatch):
    """Let the ledger be away and back again."""
    ledgers.at_ease(monkeypatch)
    monkeypatch.setattr(untold, "EVERY", 0.01)
    monkeypatch.setattr(untold, "UNTOLD", untold.Untold())
    there = apart.POOL

    def be(is_away: bool) -> None:
        monkeypatch.setattr(apart, "POOL", Away() if is_away else there)

    return be


def test_an_end_that_the_ledger_did_not_hear_is_told_when_it_is_back(away):
    (taken,) = calls.reserve(ledgers.wanted("retell-caller", "acme")).taken
    (never,) = calls.reserve(ledgers.wanted("retell-caller", "globex")).taken

    away(True)
    calls.settle(taken, succeeded=True, duration=61_000)
    calls.give_back(never)
    assert set(untold.UNTOLD.all()) == {taken.id, never.id}
    assert ToolPlace.objects.count() == 2
    away(False)
    wait_for(lambda: not untold.UNTOLD.all(), seconds=20)

    ends = ToolCall.objects.order_by("id").values_list("status", "duration")
    assert list(ends) == [("succeeded", 61_000), ("given_back", None)]
    assert not ToolPlace.objects.exists()
    assert set(ToolUsage.objects.values_list("calls", "cost")) == {(1, Decimal("0.14"))}


def test_no_more_is_kept_than_there_is_room_for(away, monkeypatch):
    monkeypatch.setattr(untold, "MOST", 1)
    away(True)

    for call in (1, 2):
        untold.tell(call, ["failed", 1, 0, False, ""])

    assert set(untold.UNTOLD.all()) == {1}
    untold.UNTOLD.drop(1)


def test_a_child_process_tells_nothing_of_its_parent(monkeypatch):
    monkeypatch.setattr(untold, "UNTOLD", untold.Untold())
    untold.UNTOLD.held[1] = ["failed"]

    untold.begin_anew()

    assert untold.UNTOLD.all() == {}
