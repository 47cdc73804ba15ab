"""The environment is made once; what stopped its making is said, and the next run goes on from there."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.outreach_admin.setup.test_machine import only_sentence

UNREACHABLE = {
    "PIP_NO_INDEX": "0",
    "PIP_INDEX_URL": "http://127.0.0.1:1/",
    "PIP_FIND_LINKS": "",
    "PIP_RETRIES": "1",
}


def imports(checkout, module: str) -> bool:
    return (
        subprocess.run(
            [checkout.folder / ".venv" / "bin" / "python", "-c", f"import {module}"],
            check=False,
            stderr=subprocess.DEVNULL,
        ).returncode
        == 0
    )


@pytest.mark.soak
def test_a_machine_without_network_is_told_so_and_the_next_run_goes_on(checkout):
    sentence = only_sentence(checkout.make("setup", **UNREACHABLE))
    assert sentence.startswith("The packages cannot be fetched: connect this machine")

    assert checkout.make("setup").returncode == 0

    assert imports(checkout, "tiny")
    assert checkout.make("setup", **UNREACHABLE).returncode == 0


def test_a_package_that_must_be_built_asks_for_a_compiler_where_there_is_none(checkout):
    checkout.lock(runtime=checkout.source("needy"), development="")

    sentence = only_sentence(checkout.make("setup"))

    assert sentence.startswith(
        f"needy==1.0 is not ready-made for Python {sys.version_info.major}.{sys.version_info.minor} on this machine, and there is no compiler: "
    )


def test_an_environment_whose_making_was_broken_off_is_made_anew(checkout, tmp_path):
    programs = tmp_path / "elsewhere" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(shutil.which("false"))
    (checkout.folder / ".venv").symlink_to(programs.parent)

    assert checkout.make("setup").returncode == 0

    assert imports(checkout, "tiny")
    # what a link led to is somebody else's
    assert [one.name for one in programs.iterdir()] == ["python"]


@pytest.mark.soak
def test_a_newer_lock_is_installed_into_what_is_there(checkout):
    assert checkout.make("setup").returncode == 0
    kept = checkout.folder / ".venv" / "kept"
    kept.touch()
    checkout.lock(runtime=checkout.wheel("tiny") + checkout.wheel("later"), development="")
    stamp = (checkout.folder / ".venv" / ".runtime").stat().st_mtime
    os.utime(checkout.folder / "requirements.lock", (stamp + 1, stamp + 1))

    assert checkout.make("setup").returncode == 0

    assert imports(checkout, "later")
    assert kept.exists()
