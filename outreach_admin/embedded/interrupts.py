"""Putting off Ctrl-C and a plain kill while a server is between started and known to be started."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def put_off() -> Iterator[None]:
    """Let a block come to its end before a request to stop takes effect; then it takes effect."""
    if threading.current_thread() is not threading.main_thread():
        # Python takes signals in the main thread alone
        yield
        return
    asked: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: asked.append(number)) for number in STOPPING
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if asked:
            signal.raise_signal(asked[0])
