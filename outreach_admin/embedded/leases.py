"""Counting the users of the local servers with file locks, which the kernel frees when a process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Let one process at a time through the block."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Lease:
    """One process's place among the users of a data folder."""

    def __init__(self, folder: Path) -> None:
        self._users = folder / "users.lock"
        self._turn = folder / "turn.lock"
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Say whether this process is among the users."""
        return self._descriptor is not None

    def starting(self) -> AbstractContextManager[None]:
        """Take the turn to start or stop servers; everybody else waits."""
        return exclusive(self._turn)

    def hold(self) -> None:
        """Join the users. Forked children share the place and keep it alive."""
        if self._descriptor is None:
            self._descriptor = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def drop(self) -> bool:
        """Leave the users; say whether nobody is left. Call it inside `starting()`."""
        if self._descriptor is not None:
            # close, not unlock: an unlock would also end the place of forked children
            os.close(self._descriptor)
            self._descriptor = None
        return not self._taken()

    def _taken(self) -> bool:
        descriptor = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)
