"""Seats of downloads: as many as a process offers, each given back once however a download ends."""

import pytest

from outreach_admin.exceptions import ExportRefused
from outreach_admin.lists.seats import Seated, Seats


@pytest.fixture
def seats(settings) -> Seats:
    """Two seats, both free."""
    settings.DOWNLOADS = 2
    return Seats()


def test_who_finds_no_seat_is_told_what_takes_them_and_what_to_do(seats):
    taken = [seats.take(), seats.take()]

    with pytest.raises(ExportRefused, match="2 downloads are under way") as refusal:
        seats.take()

    assert (refusal.value.status, seats.taken) == (429, len(taken))
    assert "XLSX" in refusal.value.what_to_do


def test_a_seat_is_given_back_once(seats):
    first, second = seats.take(), seats.take()
    first.free()
    first.free()

    assert seats.taken == 1
    second.free()


def test_a_seat_that_nobody_holds_any_more_is_free(seats):
    seat = seats.take()
    del seat

    assert seats.taken == 0


@pytest.mark.django_db
def test_a_download_gives_its_blocks_and_then_ends_its_source_and_its_seat(seats):
    ended = []
    download = Seated(iter([b"a", b"b"]), seats.take(), end=lambda: ended.append(True))

    assert (list(download), seats.taken) == ([b"a", b"b"], 1)
    download.close()

    assert (ended, seats.taken) == ([True], 0)


def test_a_source_that_cannot_be_ended_frees_the_seat_all_the_same(seats):
    def end() -> None:
        raise OSError("gone")

    download = Seated(iter([]), seats.take(), end=end)

    with pytest.raises(OSError, match="gone"):
        download.close()
    assert seats.taken == 0
