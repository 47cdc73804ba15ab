"""What is written beside the caller's work is committed whatever he does, and he never waits for himself."""

import threading as locks

import pytest
from django.db import OperationalError, transaction

from governance.canon import threads
from governance.models import Outreach
from governance.queries.canon.current import Unknown
from tests import make


def test_it_stands_when_the_caller_rolls_back_and_raises_what_is_raised(committed_db):
    with transaction.atomic():
        made = threads.apart(lambda: make.outreach().pk)
        transaction.set_rollback(True)

    assert Outreach.objects.filter(pk=made).exists()
    with pytest.raises(ZeroDivisionError):
        threads.apart(lambda: 1 / 0)


def test_a_row_that_the_caller_holds_himself_is_not_waited_for_without_end(
    committed_db, monkeypatch
):
    monkeypatch.setattr(threads, "LOCKED_FOR", 20)
    held = make.outreach()

    with transaction.atomic():
        Outreach.objects.select_for_update().get(pk=held.pk)
        with pytest.raises(OperationalError, match="lock timeout"):
            threads.apart(lambda: Outreach.objects.select_for_update().get(pk=held.pk))


def test_who_finds_no_place_is_told_that_nobody_knows(monkeypatch):
    monkeypatch.setattr(threads, "PATIENCE", 0.01)
    monkeypatch.setattr(threads.Places, "free", locks.BoundedSemaphore(1))
    threads.Places.free.acquire()

    with pytest.raises(Unknown):
        threads.apart(lambda: None)


def test_a_child_process_has_all_places(monkeypatch):
    monkeypatch.setattr(threads.Places, "free", locks.BoundedSemaphore(1))

    threads.begin_anew()

    assert all(threads.Places.free.acquire(blocking=False) for _ in range(threads.MOST))
