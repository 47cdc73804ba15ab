"""What carries the client's requests: patience, and what is told later."""

import threading

import pytest

from enrichment import wire
from enrichment.wire import Console, Patience, Unanswered
from tests.enrichment import consoles
from tests.enrichment.consoles import console


def test_patience_comes_back_with_time_and_never_beyond_what_it_was(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(wire.time, "monotonic", lambda: now[0])
    patience = Patience(10)
    patience.spend(12)

    assert patience.left() == 0
    now[0] += 120
    assert patience.left() == pytest.approx(2)
    now[0] += 100_000
    assert patience.left() == 10


def test_nothing_is_asked_once_patience_is_spent():
    with console() as server:
        asker = Console(server.url, "secret", patience=0, timeout=1)

        with pytest.raises(Unanswered):
            asker.ask("/", {})

        assert not server.heard


def test_an_answer_that_comes_within_grace_costs_no_patience():
    with console() as server:
        asker = Console(server.url, "secret", patience=5, timeout=3)

        for _ in range(5):
            asker.ask("/", {})
        asker.settle()

        assert asker.patience.left() == pytest.approx(5, abs=0.01)


def test_a_thread_that_was_left_amid_an_answer_ends():
    with console(consoles.drips_head) as server:
        before = set(threading.enumerate())
        asker = Console(server.url, "secret", patience=5, timeout=0.2)

        with pytest.raises(Unanswered):
            asker.ask("/", {})
        lanes = [one for one in set(threading.enumerate()) - before if "_work" in one.name]
        for lane in lanes:
            lane.join(10)

        assert not any(lane.is_alive() for lane in lanes)


def test_what_is_owed_beyond_the_most_makes_room_for_the_newest(monkeypatch, caplog):
    monkeypatch.setattr(wire, "MOST_OWED", 2)
    with console(consoles.is_silent) as server:
        asker = Console(server.url, "secret", patience=1, timeout=0.2)
        for n in range(3):
            asker.owe("/close/", {"n": n})
        server.behave = consoles.answers
        asker.settle()

        told = [body["n"] for _, body in server.heard]

    assert {1, 2} <= set(told)
    assert "too many wait" in caplog.text


def test_a_refused_result_is_logged_and_not_told_for_ever(caplog):
    with console(consoles.refuses(409, detail="This run has ended already.")) as server:
        asker = Console(server.url, "secret", patience=5, timeout=1)
        asker.owe("/close/", {})
        asker.settle()

        assert not asker.owes
        assert len(server.heard) == 1

    assert "This run has ended already." in caplog.text


def test_an_answer_without_end_is_left(monkeypatch):
    monkeypatch.setattr(wire, "LONGEST_ANSWER", 10)
    with console(consoles.drips_body) as server:
        asker = Console(server.url, "secret", patience=5, timeout=3)

        with pytest.raises(Unanswered, match="does not end"):
            asker.ask("/", {})
