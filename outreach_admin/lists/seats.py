"""How many downloads a web process serves at once, of whatever kind and for whomever."""

import threading
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import close_old_connections

from outreach_admin.exceptions import ExportRefused


class NoSeat(ExportRefused):
    """Every seat of this process is taken, whoever asks."""

    status = 429


class Seats:
    """The seats of this process: far fewer than it has threads, so that a page always finds one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken = 0

    def take(self) -> "Seat":
        """Take one. Raises NoSeat (429) when none is free."""
        with self.lock:
            if self.taken >= settings.DOWNLOADS:
                under_way = (
                    f"{self.taken} download{' is' if self.taken == 1 else 's are'} under way"
                )
                raise NoSeat(
                    f"{under_way}, and no more are served at once.",
                    what_to_do="Try again in a minute; an XLSX is written in the background meanwhile.",
                )
            self.taken += 1
        return Seat(self)

    def free(self) -> None:
        """Give one back."""
        with self.lock:
            self.taken -= 1


class Seat:
    """A seat that is given back once, by whoever is first."""

    def __init__(self, seats: Seats) -> None:
        self.seats: Seats | None = seats

    def free(self) -> None:
        """Give it back; harmless when repeated."""
        seats, self.seats = self.seats, None
        if seats is not None:
            seats.free()

    def __del__(self) -> None:
        self.free()


class Seated:
    """The blocks of a download; it frees its seat when it is closed, however it ended."""

    def __init__(self, blocks: Iterator[bytes], seat: Seat, *, end: Callable[[], None]) -> None:
        self.blocks = blocks
        self.seat = seat
        self.end = end
        self.begun = False

    def __iter__(self) -> "Seated":
        return self

    def __next__(self) -> bytes:
        if not self.begun:
            self.begun = True
            # the request has been answered but for its body: a connection of the pool goes back now
            close_old_connections()
        return next(self.blocks)

    def close(self) -> None:
        """End the source and free the seat."""
        try:
            self.end()
        finally:
            self.seat.free()


SEATS = Seats()
