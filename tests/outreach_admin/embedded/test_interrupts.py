"""Ctrl-C at the terminal while the local servers start: nothing is left running, and the next start works."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from outreach_admin.embedded import interrupts, programs
from tests.servers import ROOT

pytestmark = pytest.mark.local_servers

# presses Ctrl-C, which reaches every program of the terminal, as soon as the program of that name has been started
START = """
import os, signal, subprocess, sys
from pathlib import Path
from outreach_admin.embedded import EmbeddedServers

class Popen(subprocess.Popen):
    def __init__(self, argv, **options):
        super().__init__(argv, **options)
        if sys.argv[2] in " ".join(argv):
            os.killpg(0, signal.SIGINT)

subprocess.Popen = Popen
signal.signal(signal.SIGINT, signal.default_int_handler)
with EmbeddedServers(Path(sys.argv[1]), durable=False).in_use():
    print("in use")
"""
MOMENTS = {
    "the cluster is made": "initdb",
    "PostgreSQL starts": "--silent",
    "Redis starts": "redis.conf",
    "PostgreSQL stops": "--mode=fast",
}


def running_in(folder: Path) -> list[str]:
    commands = [programs.command_of(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")]
    return [command for command in commands if str(folder) in command]


@pytest.mark.parametrize("word", MOMENTS.values(), ids=MOMENTS)
def test_ctrl_c_during_the_first_start_leaves_nothing_running(servers, word):
    ours = servers()
    command = [sys.executable, "-c", START, str(ours.data_folder), word]

    ended = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, start_new_session=True
    )

    assert ended.stderr.rstrip().endswith("KeyboardInterrupt")
    assert ours.gone() == ["postgres", "redis"]
    assert running_in(ours.data_folder) == []
    ours.acquire()
    assert ours.gone() == []


def test_what_was_put_off_takes_effect_after_the_block():
    seen: list[str] = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append("asked"))

    with interrupts.put_off():
        signal.raise_signal(signal.SIGINT)
        seen.append("through")

    signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)
    assert seen == ["through", "asked", "asked"]
