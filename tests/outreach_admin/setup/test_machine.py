"""What a machine lacks is said in one sentence with what mends it, before anything is begun."""

import multiprocessing
import os
import resource
import socket
import sys

import pytest

from outreach_admin.setup import Missing, machine, mending

WITHOUT_VENV = "import sys; sys.modules['ensurepip'] = None"


def only_sentence(ended) -> str:
    assert ended.returncode != 0
    lines = [line for line in ended.stderr.splitlines() if not line.startswith("make:")]
    assert len(lines) == 1, ended.stderr
    return lines[0]


def test_a_python_without_venv_is_named_with_the_package_to_install(checkout, tmp_path):
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sitecustomize.py").write_text(WITHOUT_VENV)

    sentence = only_sentence(
        checkout.make("run", PORT=free_port(), PYTHONPATH=str(tmp_path / "python"))
    )

    assert sentence.startswith(
        f"Python {sys.version_info.major}.{sys.version_info.minor} ({sys.executable}) has no module venv: "
    )
    assert sentence.endswith("or name another Python: `make run PYTHON=/path/to/python3`.")
    assert checkout.made() == []


def test_a_machine_without_python_is_told_which_one_is_needed(checkout):
    sentence = only_sentence(checkout.make("run", PYTHON=""))

    assert sentence.startswith(
        "Outreach Ops needs Python 3.11 or newer: run `apt-get install python3.11-venv`"
    )
    assert checkout.made() == []


def test_a_port_in_use_is_said_before_anything_is_installed(checkout):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

        sentence = only_sentence(checkout.make("run", PORT=str(port)))

    assert sentence.startswith(f"Port {port} of 127.0.0.1 is held by ")
    assert (
        f" (process {os.getpid()}): stop that, or set PORT to another: `make run PORT=" in sentence
    )
    assert checkout.made() == []


def test_a_data_folder_that_takes_no_files_is_said_before_anything_is_installed(checkout):
    sentence = only_sentence(checkout.make("run", PORT=free_port(), OUTREACH_DATA_DIR="/proc/data"))

    assert sentence.startswith("/proc takes no files (")
    assert sentence.endswith("use another folder: `make run OUTREACH_DATA_DIR=/path/to/another`.")
    assert checkout.made() == []


def test_a_full_disk_is_said_with_what_is_needed(tmp_path):
    with pytest.raises(
        Missing, match=r"has \d+ MB left and 1000000000 are needed: make room, or look elsewhere\."
    ):
        machine.check_folder(tmp_path / "not" / "yet", 10**9, otherwise="look elsewhere")


def test_a_machine_without_shared_memory_is_told_how_to_have_it():
    said = multiprocessing.get_context("fork").SimpleQueue()

    def look() -> None:
        # no file may grow: what the shared memory says where there is none
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        sentence = None
        try:
            machine.check_shared_memory()
        except Missing as missing:
            sentence = str(missing)
        said.put(sentence)

    child = multiprocessing.get_context("fork").Process(target=look)
    child.start()
    child.join()

    assert "mount -t tmpfs -o mode=1777,size=256m shm /dev/shm" in said.get()


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "apt-get install redis-server`"),
        ("dnf", "dnf install redis`"),
        ("none", "install redis with the system's package manager"),
    ],
)
def test_a_mend_speaks_the_words_of_the_package_manager(monkeypatch, tmp_path, manager, command):
    (tmp_path / manager).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert mending.install("redis").endswith(command)


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return str(door.getsockname()[1])
