"""What a process still has to say of its calls, and the thread that says it for as long as there is any."""

import threading
from typing import Any


class Background:
    """Things by the number of their call; subclasses say them, and how many seconds lie between two times."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: dict[int, Any] = {}
        self.is_over = threading.Event()
        self.thread: threading.Thread | None = None

    def say(self) -> None:
        """Say once what there is to say."""
        raise NotImplementedError

    def pause(self) -> float:
        """Return how long it is silent after that."""
        raise NotImplementedError

    def hold(self, call: int, what: Any = None) -> None:
        """Say it until it is dropped."""
        with self.lock:
            self.held[call] = what
            if self.thread is None:
                self.is_over.clear()
                self.thread = threading.Thread(target=self._run, daemon=True)
                self.thread.start()

    def drop(self, call: int) -> None:
        """Say it no longer."""
        with self.lock:
            self.held.pop(call, None)
            if not self.held:
                self.is_over.set()

    def all(self) -> dict[int, Any]:
        """Return what is held now."""
        with self.lock:
            return dict(self.held)

    def _run(self) -> None:
        while not self._is_done():
            if not self.is_over.wait(self.pause()):
                self.say()

    def _is_done(self) -> bool:
        with self.lock:
            if self.held:
                self.is_over.clear()
                return False
            self.thread = None
            return True
