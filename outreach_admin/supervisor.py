"""Keeping the web server, the worker and the beat alive side by side, and ending them together.

honcho starts each in a session of its own and interleaves their lines; its manager ends everything as soon as one
process ends, so restarting and stopping are done here.
"""

import contextlib
import os
import shlex
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Popen

TICK = 0.2
GRACE_SECONDS = 20
SETTLED_SECONDS = 60
LONGEST_PAUSE = 30
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Service:
    """One long-running program and what is known of its life."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    # a file that the program touches while it lives, and for how long it may leave that (seconds)
    pulse: Path | None = None
    silence: float = 60
    colour: str = ""
    failures: int = 0
    started: float = 0.0
    due: float = 0.0
    child: Popen | None = None


class Supervisor:
    """Run services until told to stop; start those anew that end by themselves."""

    def __init__(self, services: list[Service]) -> None:
        self.services = services
        self.printer = Printer(sys.stdout, width=max(len(service.name) for service in services))
        self.is_stopping = False
        for service, colour in zip(services, get_colours(), strict=False):
            service.colour = colour

    def run(self, *, meanwhile: Callable[[], None]) -> None:
        """Start everything and block until SIGINT, SIGTERM or SIGHUP; `meanwhile` is called every 0.2 s."""
        before = {number: signal.signal(number, lambda *_: self.stop()) for number in STOPPING}
        try:
            while not self.is_stopping:
                for service in self.services:
                    self._keep(service)
                meanwhile()
                time.sleep(TICK)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Let `run` end. Called by signal handlers, so it takes no lock, which whom they interrupt may hold."""
        self.is_stopping = True

    def say(self, text: str) -> None:
        """Print a line of the supervisor's own."""
        self.printer.write(Message("line", text, _now(), "system", None))

    def _keep(self, service: Service) -> None:
        now = time.monotonic()
        self._end_silent(service, now)
        if service.child is not None and service.child.poll() is not None:
            self._lost(service, now)
        if service.child is None and now >= service.due:
            self._start(service, now)

    def _end_silent(self, service: Service, now: float) -> None:
        """Kill a program that shows no pulse, be it stopped or stuck; the next turn starts it anew."""
        if (
            service.child is None
            or service.pulse is None
            or now - service.started < service.silence
        ):
            return
        shown = service.pulse.stat().st_mtime if service.pulse.exists() else 0.0
        # of a pulse in the future nothing can be told
        if abs(time.time() - shown) >= service.silence:
            self.say(f"{service.name} gave no sign for {service.silence:.0f} s")
            _signal_group(service.child, signal.SIGKILL)
            service.child.wait()

    def _start(self, service: Service, now: float) -> None:
        service.child = Popen(
            "exec " + shlex.join([*_leash(), *service.command]),
            env={**os.environ, **service.environment},
        )
        service.started = now
        threading.Thread(target=self._relay, args=(service, service.child), daemon=True).start()

    def _lost(self, service: Service, now: float) -> None:
        assert service.child is not None
        service.failures = 1 if now - service.started > SETTLED_SECONDS else service.failures + 1
        pause = min(2 ** (service.failures - 1), LONGEST_PAUSE)
        self.say(f"{service.name} ended ({service.child.returncode}), starts again in {pause} s")
        _signal_group(service.child, signal.SIGKILL)
        service.child, service.due = None, now + pause

    def _relay(self, service: Service, child: Popen) -> None:
        with child.stdout as lines:
            for line in lines:
                self.printer.write(Message("line", line, _now(), service.name, service.colour))

    def _end_all(self) -> None:
        children = [service.child for service in self.services if service.child is not None]
        for child in children:
            if child.poll() is None:
                # to the program alone: a worker finishes its tasks, which a signal to its own children would cut off
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children:
            with contextlib.suppress(TimeoutError):
                _wait(child, deadline)
            _signal_group(child, signal.SIGKILL)
            child.wait()


@cache
def _leash() -> tuple[str, ...]:
    """Return the prefix under which a program is told to end when its supervisor is killed, where the system can."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig=TERM", "--") if setpriv else ()


def _now() -> datetime:
    """Return the time as the person at the terminal reads it."""
    return datetime.now().astimezone()


def _wait(child: Popen, deadline: float) -> None:
    pause = threading.Event()
    while child.poll() is None:
        if time.monotonic() > deadline:
            raise TimeoutError
        pause.wait(TICK)


def _signal_group(child: Popen, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
