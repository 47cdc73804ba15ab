"""The supervisor keeps its programs alive, and leaves none of them behind."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from outreach_admin.supervisor import Service, Supervisor

WRITES_AND_ENDS = "import os, sys; print(os.getpid(), file=open(sys.argv[1], 'a'))"
IGNORES_TERM = "import os, signal, sys, threading; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid(), file=open(sys.argv[1], 'a')); threading.Event().wait()"


TOUCHES = "import os, pathlib, sys, threading; print(os.getpid(), file=open(sys.argv[1], 'a')); pulse = pathlib.Path(sys.argv[1]).with_name('pulse'); [(pulse.touch(), threading.Event().wait(0.1)) for _ in iter(int, 1)]"


def service(name: str, script: str, path) -> Service:
    return Service(name, [sys.executable, "-c", script, str(path)])


def starts(path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def test_a_program_that_ends_is_started_again(tmp_path, capsys):
    book = tmp_path / "starts"
    supervisor = Supervisor([service("short", WRITES_AND_ENDS, book)])

    supervisor.run(meanwhile=lambda: len(starts(book)) >= 2 and supervisor.stop())

    assert len(set(starts(book))) >= 2
    assert "short ended (0), starts again in 1 s" in capsys.readouterr().out


def test_a_program_that_fails_again_and_again_is_started_less_and_less_often(monkeypatch, tmp_path):
    monkeypatch.setattr("outreach_admin.supervisor.TICK", 0.01)
    flaky = service("flaky", "raise SystemExit(3)", tmp_path)
    supervisor = Supervisor([flaky])
    pauses: list[float] = []

    def look() -> None:
        if len(pauses) < flaky.failures:
            pauses.append(flaky.due - flaky.started)
            flaky.due = 0
        if len(pauses) == 7:
            supervisor.stop()

    supervisor.run(meanwhile=look)

    # each measured from the start of the program, which lives for a moment itself
    assert [2**n <= pause < 2**n + 3 for n, pause in enumerate(pauses[:5])] == [True] * 5
    assert 30 <= pauses[6] < 33


def test_a_program_that_will_not_end_is_killed_after_the_time_of_grace(monkeypatch, tmp_path):
    monkeypatch.setattr("outreach_admin.supervisor.GRACE_SECONDS", 0.5)
    book = tmp_path / "starts"
    stubborn = service("stubborn", IGNORES_TERM, book)
    supervisor = Supervisor([stubborn])

    supervisor.run(meanwhile=lambda: starts(book) and supervisor.stop())

    assert stubborn.child.returncode == -9
    assert not Path(f"/proc/{starts(book)[0]}").exists()


@pytest.mark.parametrize("end", [signal.SIGSTOP, signal.SIGKILL])
def test_a_program_that_shows_no_pulse_is_started_again(tmp_path, capsys, end):
    book = tmp_path / "starts"
    silent = service("silent", TOUCHES, book)
    silent.pulse, silent.silence = tmp_path / "pulse", 1
    supervisor = Supervisor([silent])
    hurt: list[int] = []
    deadline = time.monotonic() + 20

    def look() -> None:
        begun = [int(pid) for pid in starts(book)]
        if begun and silent.pulse.exists() and not hurt:
            hurt.append(begun[0])
            os.kill(begun[0], end)
        if len(begun) == 2 or time.monotonic() > deadline:
            supervisor.stop()

    supervisor.run(meanwhile=look)

    said = capsys.readouterr().out
    assert len(starts(book)) == 2
    assert ("silent gave no sign for 1 s" in said) == (end == signal.SIGSTOP)
    assert not Path(f"/proc/{hurt[0]}").exists()
